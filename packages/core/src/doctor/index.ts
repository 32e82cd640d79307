// The doctor: loaded by `doctor` alone.
export * from './catalogue.ts';
export * from './diagnose.ts';
export * from './embedded.ts';
export type * from './facts.ts';
export * from './line-diff.ts';
export * from './rule.ts';
