import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const devicesRemove: Command = {
  path: ['devices', 'remove'],
  summary: 'Forget a device with its tokens, and end its connections',
  effect: 'destructive',
  prints: ['device-change'],
  examples: ['devices remove 3f2a9c'],
  args: [{ name: '<device>', description: 'Its id, or how that begins' }],
  options: TARGET_OPTIONS,
  load: async () => (await import('./remove.run.ts')).run,
};
