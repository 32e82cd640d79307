import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const gatewayHealth: Command = {
  path: ['gateway', 'health'],
  aliases: [['health']],
  summary: 'Ask the gateway for its health',
  effect: 'read',
  prints: ['health'],
  examples: ['gateway health --json'],
  options: TARGET_OPTIONS,
  load: async () => (await import('./health.run.ts')).run,
};
