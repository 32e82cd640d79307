import type { Command } from '../../command.ts';
import { SCOPE_OPTIONS } from '../options.ts';

export const gatewayRestart: Command = {
  path: ['gateway', 'restart'],
  summary: 'Restart the service',
  effect: 'write',
  prints: ['service-change'],
  examples: ['gateway restart'],
  options: SCOPE_OPTIONS,
  load: async () => (await import('./restart.run.ts')).run,
};
