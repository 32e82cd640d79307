import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const devicesReject: Command = {
  path: ['devices', 'reject'],
  summary: 'Turn a device away that waits',
  effect: 'write',
  prints: ['device-change'],
  examples: ['devices reject', 'devices reject 3f2a'],
  args: [{ name: '[request]', description: 'Its request, or how that begins (default: the only one that waits)' }],
  options: TARGET_OPTIONS,
  load: async () => (await import('./reject.run.ts')).run,
};
