import type { Command } from '../command.ts';

export const ps: Command = {
  path: ['ps'],
  summary: 'What the supervisor looks after, and how it is',
  effect: 'read',
  prints: ['ps'],
  examples: ['ps', 'ps --watch'],
  options: [{ flags: '--watch', description: 'Show it again at every change, until Ctrl-C' }],
  load: async () => (await import('./ps.run.ts')).run,
};
