export * from './control/server.ts';
export * from './create-fleet.ts';
export * from './engine/spawn-hidden.ts';
export * from './engine/without-signals.ts';
export type * from './fleet.ts';
export * from './limits.ts';
export * from './logs/index.ts';
export type * from './prober.ts';
export * from './probes/create.ts';
