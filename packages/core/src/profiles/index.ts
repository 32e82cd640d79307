// Loaded only by the commands that change whole profiles.
export * from './change.ts';
export * from './clone-config.ts';
export * from './parts.ts';
export * from './repoint.ts';
export * from './secret-keys.ts';
