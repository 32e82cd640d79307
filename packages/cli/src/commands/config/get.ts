import type { Command } from '../../command.ts';

export const configGet: Command = {
  path: ['config', 'get'],
  summary: 'Show the config, or one key of it; secrets are masked',
  effect: 'read',
  prints: ['config'],
  examples: ['config get', 'config get gateway.port', 'config get --json'],
  args: [{ name: '[key]', description: 'Dotted path of a key (default: the whole config)' }],
  load: async () => (await import('./get.run.ts')).run,
};
