import type { Command } from '../../command.ts';

export const portsFree: Command = {
  path: ['ports', 'free'],
  summary: 'Free what is leased to nobody any more; for any other port, tell who holds it',
  effect: 'write',
  prints: ['ports-freed'],
  examples: ['ports free 18801', 'ports free old'],
  args: [{ name: '<what>', description: 'A port, or an instance (profile, or product/profile) whose state directory is gone' }],
  load: async () => (await import('./free.run.ts')).run,
};
