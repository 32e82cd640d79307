import type { Command } from '../command.ts';

export const up: Command = {
  path: ['up'],
  summary: 'Run instances in the foreground and keep them running until Ctrl-C',
  effect: 'run',
  prints: ['up-event'],
  examples: ['up', 'up main rescue'],
  args: [{ name: '[names...]', description: 'Profiles, or product/profile (default: the one that is selected)' }],
  streams: true,
  load: async () => (await import('./up.run.ts')).run,
};
