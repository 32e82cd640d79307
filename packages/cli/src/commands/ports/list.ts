import type { Command } from '../../command.ts';

export const portsList: Command = {
  path: ['ports', 'list'],
  aliases: [['ports']],
  summary: 'Draw the map of all ports: every instance of every product, who listens, what clashes',
  effect: 'read',
  prints: ['ports'],
  examples: ['ports', 'ports --json'],
  load: async () => (await import('./list.run.ts')).run,
};
