import type { Command } from '../command.ts';
import { SCOPE_OPTIONS } from './options.ts';

export const doctor: Command = {
  path: ['doctor'],
  summary: 'Find out what is wrong with an instance, and repair it',
  effect: 'write',
  prints: ['doctor'],
  examples: ['doctor', '--profile rescue doctor --fix', 'doctor --deep --json', 'doctor --fix --system --user-name ana'],
  options: [
    { flags: '--fix', description: 'Repair what can be repaired safely, this instance alone; each change is shown first' },
    { flags: '--deep', description: 'Look at the other instances of this account and the services of the system, too' },
    ...SCOPE_OPTIONS,
    { flags: '--repair', description: 'The same as --fix', hidden: true },
    { flags: '--yes', description: 'Accepted for scripts of the family', hidden: true },
    { flags: '--non-interactive', description: 'Accepted for scripts of the family', hidden: true },
    { flags: '--no-workspace-suggestions', description: 'Accepted for scripts of the family', hidden: true },
  ],
  load: async () => (await import('./doctor.run.ts')).run,
};
