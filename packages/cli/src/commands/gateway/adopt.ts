import type { Command } from '../../command.ts';
import { DRY_RUN_OPTION, SCOPE_OPTIONS } from '../options.ts';

export const gatewayAdopt: Command = {
  path: ['gateway', 'adopt'],
  aliases: [['adopt']],
  summary: 'Take over the service that the tools of the product installed',
  effect: 'write',
  args: [{ name: '[service]', description: 'Its name, where several run the same gateway' }],
  prints: ['service-change', 'adopt-plan'],
  examples: [
    'gateway adopt --dry-run',
    '--profile rescue gateway adopt',
    'gateway adopt --undo',
    'gateway adopt bot --system --user-name ana',
  ],
  options: [DRY_RUN_OPTION, { flags: '--undo', description: 'Give back what was adopted, as it was' }, ...SCOPE_OPTIONS],
  load: async () => (await import('./adopt.run.ts')).run,
};
