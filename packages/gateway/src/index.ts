export * from './log.ts';
export * from './options.ts';
export * from './server.ts';
