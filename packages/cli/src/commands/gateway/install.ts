import type { Command } from '../../command.ts';
import { FORCE_REINSTALL, PORT_OPTION, PROGRAM_OPTION, SCOPE_OPTIONS } from '../options.ts';

export const gatewayInstall: Command = {
  path: ['gateway', 'install'],
  summary: 'Install, enable and start the service of this profile',
  effect: 'write',
  prints: ['service-change', 'install-plan'],
  examples: ['gateway install', '--profile rescue gateway install --force', 'gateway install --dry-run --json'],
  options: [
    PORT_OPTION,
    ...SCOPE_OPTIONS,
    FORCE_REINSTALL,
    { flags: '--check', description: 'Change nothing; exit with 1 when it differs, with 3 when it is not installed' },
    { flags: '--dry-run', description: 'Show files and commands, change nothing' },
    {
      flags: '--platform <platform>',
      description: 'With --dry-run: as on another system',
      choices: ['linux', 'darwin', 'win32'],
    },
    { flags: '--manager <manager>', description: 'Service manager (default: the one of this host)' },
    PROGRAM_OPTION,
    { flags: '--guard', description: 'Run it behind a guard, which probes it and starts it again when it hangs' },
    { flags: '--no-guard', description: 'Run it directly, where it has been behind a guard' },
    { flags: '--token <token>', description: 'Accepted for scripts of the family', hidden: true },
    { flags: '--runtime <runtime>', description: 'Accepted for scripts of the family', hidden: true },
  ],
  load: async () => (await import('./install.run.ts')).run,
};
