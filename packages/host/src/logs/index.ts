export * from './log-reader.ts';
export * from './seek.ts';
export * from './series.ts';
