export * from './identity.ts';
export * from './next-step.ts';
export * from './probe.ts';
export * from './verdict.ts';
