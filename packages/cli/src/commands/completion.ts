import type { Command } from '../command.ts';

export const completion: Command = {
  path: ['completion'],
  summary: 'Print a completion script for bash, zsh or fish',
  effect: 'read',
  prints: ['completion'],
  examples: ['completion bash'],
  args: [{ name: '<shell>', description: 'bash, zsh or fish' }],
  load: async () => (await import('./completion.run.ts')).run,
};
