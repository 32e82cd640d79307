export * from './log-system.ts';
export * from './recover.ts';
export * from './rotate.ts';
