import type { Command } from '../command.ts';

export const down: Command = {
  path: ['down'],
  summary: 'Stop instances that the supervisor runs; without names all of them, and the supervisor',
  effect: 'write',
  prints: ['fleet-change'],
  examples: ['down rescue', 'down'],
  args: [{ name: '[names...]', description: 'Profiles, or product/profile (default: all)' }],
  load: async () => (await import('./down.run.ts')).run,
};
