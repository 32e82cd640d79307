import type { Command } from '../../command.ts';

export const gatewayUninstall: Command = {
  path: ['gateway', 'uninstall'],
  summary: 'Stop and remove the service; config and state stay',
  effect: 'destructive',
  prints: ['service-change'],
  examples: ['--profile rescue gateway uninstall'],
  options: [{ flags: '--force', description: 'Accepted for scripts of the family', hidden: true }],
  load: async () => (await import('./uninstall.run.ts')).run,
};
