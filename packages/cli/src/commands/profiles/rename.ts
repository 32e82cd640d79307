import type { Command } from '../../command.ts';
import { DRY_RUN_OPTION } from '../options.ts';

export const profilesRename: Command = {
  path: ['profiles', 'rename'],
  summary: 'Give a profile another name: its directories, config and record move along',
  effect: 'write',
  prints: ['profile-change'],
  examples: ['profiles rename main work', 'profiles rename main work --dry-run'],
  args: [
    { name: '<from>', description: 'profile, or product/profile' },
    { name: '<to>', description: 'The new name' },
  ],
  options: [DRY_RUN_OPTION],
  load: async () => (await import('./rename.run.ts')).run,
};
