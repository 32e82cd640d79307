import type { Command } from '../../command.ts';
import { FORCE_REINSTALL, SCOPE_OPTIONS } from '../options.ts';

export const supervisorInstall: Command = {
  path: ['supervisor', 'install'],
  summary: 'Make the supervisor a service: one for all instances that have none of their own',
  effect: 'write',
  prints: ['service-change'],
  examples: ['supervisor install', 'supervisor install --system --user-name ana'],
  options: [...SCOPE_OPTIONS, FORCE_REINSTALL],
  load: async () => (await import('./install.run.ts')).run,
};
