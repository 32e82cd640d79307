import type { Command } from '../command.ts';
import { BIND_OPTION, FAMILY_SETUP_OPTIONS, PORT_OPTION, PROGRAM_OPTION } from './options.ts';

export const setup: Command = {
  path: ['setup'],
  summary: 'Make a profile that starts: config, token, ports, workspace',
  effect: 'write',
  prints: ['setup'],
  examples: ['setup', '--profile rescue setup', '--profile rescue setup --port 19789 --json'],
  options: [
    PORT_OPTION,
    BIND_OPTION,
    { flags: '--workspace <dir>', description: 'Workspace directory' },
    { flags: '--token <token>', description: 'Token to use instead of a new one' },
    PROGRAM_OPTION,
    ...FAMILY_SETUP_OPTIONS,
  ],
  load: async () => (await import('./setup.run.ts')).run,
};
