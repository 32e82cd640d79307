import type { Command } from '../command.ts';

export const rescue: Command = {
  path: ['rescue'],
  summary: 'Look at another instance that is not well, and say what helps',
  effect: 'write',
  prints: ['rescue'],
  examples: ['--profile rescue rescue main', 'rescue main --fix', 'rescue main --json'],
  args: [{ name: '<instance>', description: 'profile, or product/profile' }],
  options: [{ flags: '--fix', description: 'Do what is proposed, with a backup, and see whether it is well then' }],
  load: async () => (await import('./rescue.run.ts')).run,
};
