import type { Command } from '../../command.ts';
import { DRY_RUN_OPTION } from '../options.ts';

export const profilesRemove: Command = {
  path: ['profiles', 'remove'],
  summary: 'Delete a profile: state, config, record, and the workspace that goes by its name',
  effect: 'destructive',
  prints: ['profile-change'],
  examples: ['profiles remove trial --dry-run', 'profiles remove trial --yes', 'profiles remove trial --keep-workspace --yes'],
  args: [{ name: '<name>', description: 'profile, or product/profile' }],
  options: [
    { flags: '--yes', description: 'Do not ask. Needed where nobody can be asked' },
    { flags: '--keep-workspace', description: 'Leave the workspace' },
    DRY_RUN_OPTION,
  ],
  load: async () => (await import('./remove.run.ts')).run,
};
