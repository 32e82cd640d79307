// The parts that need the parser with positions: loaded only to explain a broken file or to edit one.
export { changedBy, editConfig, removeKeys } from './edit.ts';
export * from './locate.ts';
export * from './rewrite.ts';
