// The part that proposes, leases and judges ports: loaded by the commands that do, not by those that only resolve.
export * from './cdp.ts';
export * from './check.ts';
export * from './findings.ts';
export * from './plan.ts';
