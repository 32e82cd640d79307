export * from './entry.ts';
export * from './merge.ts';
export * from './plain-text.ts';
export * from './since.ts';
