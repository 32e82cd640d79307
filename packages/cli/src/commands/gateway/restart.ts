import type { Command } from '../../command.ts';

export const gatewayRestart: Command = {
  path: ['gateway', 'restart'],
  summary: 'Restart the service',
  effect: 'write',
  examples: ['gateway restart'],
  load: async () => (await import('./restart.run.ts')).run,
};
