export * from './backoff.ts';
export * as supervise from './machine.ts';
