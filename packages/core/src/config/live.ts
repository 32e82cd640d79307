// What a running gateway needs to follow its config, and to show and change it.
export * from './merge-patch.ts';
export * from './redaction.ts';
export * from './reload.ts';
