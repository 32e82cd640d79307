import type { Command } from '../../command.ts';

export const gatewayStop: Command = {
  path: ['gateway', 'stop'],
  summary: 'Stop the service',
  effect: 'write',
  prints: ['service-change'],
  examples: ['gateway stop'],
  options: [{ flags: '--force', description: 'Also end a gateway of this profile that no service runs' }],
  load: async () => (await import('./stop.run.ts')).run,
};
