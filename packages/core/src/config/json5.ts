// The parts that need the parser with positions: loaded only to explain a broken file or to edit one.
export * from './edit.ts';
export * from './locate.ts';
