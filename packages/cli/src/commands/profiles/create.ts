import type { Command } from '../../command.ts';
import { BIND_OPTION, PORT_OPTION, PROGRAM_OPTION } from '../options.ts';

export const profilesCreate: Command = {
  path: ['profiles', 'create'],
  summary: 'Set a new profile up; one that exists is refused',
  effect: 'write',
  prints: ['setup'],
  examples: ['profiles create rescue', 'profiles create rescue --port 19789 --json'],
  args: [{ name: '<name>', description: 'profile, or product/profile' }],
  options: [PORT_OPTION, BIND_OPTION, { flags: '--workspace <dir>', description: 'Workspace directory' }, PROGRAM_OPTION],
  load: async () => (await import('./create.run.ts')).run,
};
