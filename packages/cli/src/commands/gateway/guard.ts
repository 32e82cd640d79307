import type { Command } from '../../command.ts';
import { PORT_OPTION } from '../options.ts';

export const gatewayGuard: Command = {
  path: ['gateway', 'guard'],
  summary: 'Run the gateway behind the guard in the foreground (what a service installed with --guard runs)',
  effect: 'run',
  prints: ['up-event'],
  examples: ['gateway guard'],
  options: [PORT_OPTION],
  streams: true,
  hidden: true,
  load: async () => (await import('./guard.run.ts')).run,
};
