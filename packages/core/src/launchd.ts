// What launchd's definitions are made of: loaded where launchd is the manager, as the reader of plists is not small.
export * from './formats/launchd-plist.ts';
export * from './formats/plist.ts';
export * from './readings/launchctl-codes.ts';
export * from './readings/launchctl-print.ts';
export * from './readings/launchd-view.ts';
export * from './service/launchd.ts';
export * from './service/launchd-adopt.ts';
export * from './service/launchd-audit.ts';
export * from './service/launchd-plan.ts';
