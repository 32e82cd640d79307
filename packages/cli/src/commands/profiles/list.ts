import type { Command } from '../../command.ts';

export const profilesList: Command = {
  path: ['profiles', 'list'],
  aliases: [['profiles']],
  summary: 'List every instance of this account, all products',
  effect: 'read',
  prints: ['instance-list'],
  examples: ['profiles list', 'profiles list --probe --json'],
  options: [{ flags: '--probe', description: 'Also ask each whether it is healthy' }],
  load: async () => (await import('./list.run.ts')).run,
};
