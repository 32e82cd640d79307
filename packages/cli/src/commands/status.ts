import type { Command } from '../command.ts';
import { TARGET_OPTIONS } from './options.ts';

export const status: Command = {
  path: ['status'],
  summary: 'Sum an instance up; --all for every instance',
  effect: 'read',
  prints: ['status', 'instance-list'],
  examples: ['status', '--profile rescue status', 'status --all --json'],
  options: [
    ...TARGET_OPTIONS,
    { flags: '--all', description: 'Every instance of this account, all products' },
    { flags: '--deep', description: 'Accepted for scripts of the family', hidden: true },
    { flags: '--usage', description: 'Accepted for scripts of the family', hidden: true },
  ],
  load: async () => (await import('./status.run.ts')).run,
};
