import type { Command } from '../../command.ts';

export const configRollback: Command = {
  path: ['config', 'rollback'],
  aliases: [['gateway', 'config', 'rollback']],
  summary: 'Go back to a config that the gateway was well with',
  effect: 'write',
  prints: ['config-change', 'config-history'],
  examples: ['config rollback --list', 'config rollback', 'config rollback 2'],
  args: [{ name: '[number]', description: 'As in --list (default: the newest that differs from the present one)' }],
  options: [{ flags: '--list', description: 'Show the good configs that are kept, and change nothing' }],
  load: async () => (await import('./rollback.run.ts')).run,
};
