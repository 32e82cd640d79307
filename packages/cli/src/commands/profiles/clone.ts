import type { Command } from '../../command.ts';
import { DRY_RUN_OPTION, PORT_OPTION } from '../options.ts';

export const profilesClone: Command = {
  path: ['profiles', 'clone'],
  summary: 'Make a profile like another one: its config and workspace, with ports and a token of its own',
  effect: 'write',
  prints: ['profile-change'],
  examples: ['profiles clone main trial', 'profiles clone main trial --dry-run', 'profiles clone main trial --with-secrets'],
  args: [
    { name: '<from>', description: 'profile, or product/profile' },
    { name: '<to>', description: 'The new profile' },
  ],
  options: [
    PORT_OPTION,
    { flags: '--with-secrets', description: 'Copy keys, passwords and credentials too. The token is new in any case' },
    DRY_RUN_OPTION,
  ],
  load: async () => (await import('./clone.run.ts')).run,
};
