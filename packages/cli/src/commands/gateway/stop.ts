import type { Command } from '../../command.ts';
import { SCOPE_OPTIONS } from '../options.ts';

export const gatewayStop: Command = {
  path: ['gateway', 'stop'],
  summary: 'Stop the service',
  effect: 'write',
  prints: ['service-change'],
  examples: ['gateway stop'],
  options: [...SCOPE_OPTIONS, { flags: '--force', description: 'Also end a gateway of this profile that no service runs' }],
  load: async () => (await import('./stop.run.ts')).run,
};
