// Loaded only by what deals with browsers.
export * from '../errors/browser-problem.ts';
export * from './arguments.ts';
export * from './candidates.ts';
export * from './page-url.ts';
export * from './profile-lock.ts';
export * from './remote.ts';
export * from './said.ts';
export * from './settings.ts';
