import type { Command } from '../../../command.ts';

export const browserProfilesRemove: Command = {
  path: ['browser', 'profiles', 'remove'],
  summary: 'Take a browser profile out of the config and give its port back; its files stay',
  effect: 'write',
  prints: ['browser-profile-change'],
  examples: ['browser profiles remove work', '--profile rescue browser profiles remove work --json'],
  args: [{ name: '<name>', description: 'Name of the browser profile: lower-case letters, digits and "-"' }],
  load: async () => (await import('./remove.run.ts')).run,
};
