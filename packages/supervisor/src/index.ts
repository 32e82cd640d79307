export * from './child-process.ts';
export * from './supervisor.ts';
export * from './until-ready.ts';
