import type { Command } from '../../../command.ts';

export const browserProfilesCreate: Command = {
  path: ['browser', 'profiles', 'create'],
  summary: 'Give a browser profile a CDP port of its own, and write it into the config',
  effect: 'write',
  prints: ['browser-profile-change'],
  examples: ['browser profiles create work', '--profile rescue browser profiles create work --json'],
  args: [{ name: '<name>', description: 'Name of the browser profile: lower-case letters, digits and "-"' }],
  load: async () => (await import('./create.run.ts')).run,
};
