export * from './config-error.ts';
export * from './identity.ts';
export * from './next-step.ts';
export * from './probe.ts';
export * from './rescue.ts';
export * from './upkeep.ts';
export * from './verdict.ts';
