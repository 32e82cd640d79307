export * from './child-process.ts';
export * from './control/server.ts';
export type * from './fleet.ts';
export * from './simple-fleet.ts';
export * from './supervisor.ts';
export * from './until-ready.ts';
