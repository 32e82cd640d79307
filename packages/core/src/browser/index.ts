// Loaded only by the commands about browsers.
export * from './candidates.ts';
export * from './settings.ts';
