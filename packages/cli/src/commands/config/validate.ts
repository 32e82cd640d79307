import type { Command } from '../../command.ts';

export const configValidate: Command = {
  path: ['config', 'validate'],
  summary: 'Check the config: every problem with its line',
  effect: 'read',
  prints: ['config-check'],
  examples: ['config validate', 'config validate --json'],
  load: async () => (await import('./validate.run.ts')).run,
};
