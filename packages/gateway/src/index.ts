export type * from './browser/means.ts';
export type * from './config/store.ts';
export type * from './kept.ts';
export * from './limits.ts';
export * from './log.ts';
export * from './options.ts';
export * from './server.ts';
export { SecretFileOpen } from './wire-error.ts';
