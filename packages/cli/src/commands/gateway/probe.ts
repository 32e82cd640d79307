import type { Command } from '../../command.ts';
import { PASSWORD_OPTION, TOKEN_OPTION, URL_OPTION } from '../options.ts';

export const gatewayProbe: Command = {
  path: ['gateway', 'probe'],
  summary: 'Which gateways can be reached from here, and how they are',
  effect: 'read',
  prints: ['gateway-probe'],
  examples: ['gateway probe', 'gateway probe --url ws://127.0.0.1:18789 --token TOKEN --json'],
  options: [
    URL_OPTION,
    TOKEN_OPTION,
    PASSWORD_OPTION,
    { flags: '--timeout <ms>', description: 'Milliseconds for all of it (default 3000)' },
  ],
  load: async () => (await import('./probe.run.ts')).run,
};
