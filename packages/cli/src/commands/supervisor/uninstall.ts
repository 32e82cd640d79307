import type { Command } from '../../command.ts';
import { SCOPE_OPTIONS } from '../options.ts';

export const supervisorUninstall: Command = {
  path: ['supervisor', 'uninstall'],
  summary: 'Stop and remove the service of the supervisor, and what it runs; the instances stay',
  effect: 'destructive',
  prints: ['service-change'],
  examples: ['supervisor uninstall'],
  options: SCOPE_OPTIONS,
  load: async () => (await import('./uninstall.run.ts')).run,
};
