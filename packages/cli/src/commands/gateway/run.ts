import type { Command } from '../../command.ts';
import { RUN_OPTIONS } from '../options.ts';

export const gatewayRun: Command = {
  path: ['gateway', 'run'],
  aliases: [['gateway']],
  summary: 'Run the gateway in the foreground (also: gateway)',
  effect: 'run',
  // Its log goes to stderr with --json.
  prints: ['failure'],
  examples: ['gateway', '--profile rescue gateway --port 19789', 'gateway --force'],
  options: RUN_OPTIONS,
  streams: true,
  load: async () => (await import('./run.run.ts')).run,
};
