export { validateInstanceSettings } from '../gen/instance-settings.validator.gen.ts';
export { validateSupervisorSettings } from '../gen/supervisor-settings.validator.gen.ts';
export * from './backoff.ts';
export * from './last-line.ts';
export * as supervise from './machine.ts';
export type * from './report.ts';
export * from './rotation.ts';
export * from './spec.ts';
