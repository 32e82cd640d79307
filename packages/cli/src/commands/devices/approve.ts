import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const devicesApprove: Command = {
  path: ['devices', 'approve'],
  summary: 'Let a device in that waits',
  effect: 'write',
  prints: ['device-change'],
  examples: ['devices approve', 'devices approve 3f2a'],
  args: [{ name: '[request]', description: 'Its request, or how that begins (default: the only one that waits)' }],
  options: TARGET_OPTIONS,
  load: async () => (await import('./approve.run.ts')).run,
};
