// What services are made of: needed by what installs one or asks a manager, not by a light command.
export * from '../formats/env-file.ts';
export * from '../formats/systemd-unit.ts';
export * from '../readings/systemctl-show.ts';
export * from '../readings/systemd-errors.ts';
export * from '../readings/systemd-exit.ts';
export * from '../readings/systemd-view.ts';
export * from './definition.ts';
export * from './diff.ts';
export * from './steps.ts';
export * from './systemd.ts';
export * from './systemd-plan.ts';
export { keysOf, overridingKeys } from './systemd-policy.ts';
