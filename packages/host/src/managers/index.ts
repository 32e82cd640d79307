export * from './builtin-definitions.ts';
export * from './select.ts';
export * from './survey.ts';
