import type { Command } from '../command.ts';

export const version: Command = {
  path: ['version'],
  summary: 'Print the version',
  effect: 'read',
  prints: ['version'],
  load: async () => (await import('./version.run.ts')).run,
};
