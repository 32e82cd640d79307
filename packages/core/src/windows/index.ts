// What only Windows needs: loaded there alone.
export { splitCommandLine } from '../formats/windows-values.ts';
export * from './command.ts';
export * from './paths.ts';
export * from './processes.ts';
export * from './system.ts';
