import type { Command } from '../command.ts';

export const events: Command = {
  path: ['events'],
  summary: 'Every transition of every instance that the supervisor looks after, as it happens, until Ctrl-C',
  effect: 'read',
  prints: ['supervisor-event'],
  examples: ['events', 'events --json'],
  streams: true,
  load: async () => (await import('./events.run.ts')).run,
};
