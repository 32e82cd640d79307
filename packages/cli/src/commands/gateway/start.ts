import type { Command } from '../../command.ts';
import { SCOPE_OPTIONS } from '../options.ts';

export const gatewayStart: Command = {
  path: ['gateway', 'start'],
  summary: 'Start the installed service',
  effect: 'write',
  prints: ['service-change'],
  examples: ['gateway start'],
  options: SCOPE_OPTIONS,
  load: async () => (await import('./start.run.ts')).run,
};
