// What only Windows needs: loaded there alone.
export * from './command.ts';
export * from './paths.ts';
export * from './processes.ts';
export * from './system.ts';
