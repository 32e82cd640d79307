import type { Command } from '../../command.ts';

export const gatewayRestart: Command = {
  path: ['gateway', 'restart'],
  summary: 'Restart the service',
  effect: 'write',
  prints: ['service-change'],
  examples: ['gateway restart'],
  load: async () => (await import('./restart.run.ts')).run,
};
