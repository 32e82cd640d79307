import type { Command } from '../../command.ts';
import { SCOPE_OPTIONS } from '../options.ts';

export const gatewayUninstall: Command = {
  path: ['gateway', 'uninstall'],
  summary: 'Stop and remove the service; config and state stay',
  effect: 'destructive',
  prints: ['service-change'],
  examples: ['--profile rescue gateway uninstall'],
  options: [
    ...SCOPE_OPTIONS,
    { flags: '--force', description: 'Also a definition that is broken, masked, or was altered by hand' },
  ],
  load: async () => (await import('./uninstall.run.ts')).run,
};
