import type { Command } from '../../command.ts';
import { FORCE_REINSTALL, PORT_OPTION, PROGRAM_OPTION } from '../options.ts';

export const gatewayInstall: Command = {
  path: ['gateway', 'install'],
  summary: 'Install, enable and start the service of this profile',
  effect: 'write',
  prints: ['service-change', 'install-plan'],
  examples: ['gateway install', '--profile rescue gateway install --force', 'gateway install --dry-run --json'],
  options: [
    PORT_OPTION,
    FORCE_REINSTALL,
    { flags: '--dry-run', description: 'Show files and commands, change nothing' },
    { flags: '--manager <manager>', description: 'Service manager (default: the one of this host)' },
    PROGRAM_OPTION,
    { flags: '--token <token>', description: 'Accepted for scripts of the family', hidden: true },
    { flags: '--runtime <runtime>', description: 'Accepted for scripts of the family', hidden: true },
  ],
  load: async () => (await import('./install.run.ts')).run,
};
