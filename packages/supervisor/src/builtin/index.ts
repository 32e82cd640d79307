export { type Boot, lookAtBoot } from './boot.ts';
export * from './manager.ts';
