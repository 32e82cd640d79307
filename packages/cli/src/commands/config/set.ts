import type { Command } from '../../command.ts';

export const configSet: Command = {
  path: ['config', 'set'],
  summary: 'Set a key of the config; what would not be valid is refused',
  effect: 'write',
  prints: ['config-change'],
  examples: ['config set gateway.port 19789', 'config set logging.level debug', 'config set commands.restart true'],
  args: [
    { name: '<key>', description: 'Dotted path of a key' },
    { name: '<value>', description: 'JSON5, or text as it is; null takes the key out; - reads it from stdin (secrets)' },
  ],
  load: async () => (await import('./set.run.ts')).run,
};
