import type { Command } from '../../command.ts';
import { ROLE_OPTION, TARGET_OPTIONS } from '../options.ts';

export const devicesRotate: Command = {
  path: ['devices', 'rotate'],
  summary: 'Make a new token for a device, into a private file; its older ones are void',
  effect: 'write',
  prints: ['device-change'],
  examples: ['devices rotate 3f2a9c --out token.txt'],
  args: [{ name: '<device>', description: 'Its id, or how that begins' }],
  options: [
    { flags: '--out <file>', description: 'File for the token (mode 0600); it is told nowhere else' },
    ROLE_OPTION,
    ...TARGET_OPTIONS,
  ],
  load: async () => (await import('./rotate.run.ts')).run,
};
