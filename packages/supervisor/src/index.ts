export * from './child-process.ts';
export type * from './fleet.ts';
export * from './logs/index.ts';
export * from './supervisor.ts';
export * from './until-ready.ts';
