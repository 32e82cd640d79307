import type { Command } from '../../command.ts';

export const portsSuggest: Command = {
  path: ['ports', 'suggest'],
  summary: 'Print a base port whose whole footprint is clear. Nothing is leased: setup does that',
  effect: 'read',
  prints: ['port-suggestion'],
  examples: ['ports suggest', 'ports suggest --json'],
  load: async () => (await import('./suggest.run.ts')).run,
};
