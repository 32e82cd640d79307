export * from './apply.ts';
export * from './select.ts';
