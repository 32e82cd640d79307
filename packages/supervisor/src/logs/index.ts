export * from './keep-logs.ts';
export * from './last-line.ts';
export * from './log-system.ts';
export * from './recover.ts';
export * from './rotate.ts';
