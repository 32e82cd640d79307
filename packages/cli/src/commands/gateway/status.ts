import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const gatewayStatus: Command = {
  path: ['gateway', 'status'],
  summary: 'Show the service, the process, the port and whether the gateway answers',
  effect: 'read',
  prints: ['gateway-status'],
  examples: ['gateway status', '--profile rescue gateway status --deep --json', 'gateway status --no-probe'],
  options: [
    ...TARGET_OPTIONS,
    { flags: '--no-probe', description: 'Do not connect to the gateway' },
    { flags: '--deep', description: 'Also look at every other instance, and at system services' },
    { flags: '--require-rpc', description: 'Accepted for scripts of the family', hidden: true },
  ],
  load: async () => (await import('./status.run.ts')).run,
};
