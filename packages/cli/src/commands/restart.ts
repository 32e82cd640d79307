import type { Command } from '../command.ts';
import { WAIT_OPTIONS } from './options.ts';

export const restart: Command = {
  path: ['restart'],
  summary: 'Restart instances that the supervisor runs',
  effect: 'write',
  prints: ['fleet-change'],
  examples: ['restart main', 'restart --rolling'],
  args: [{ name: '[names...]', description: 'Profiles, or product/profile (default: all that are to run)' }],
  options: [{ flags: '--rolling', description: 'One at a time, each ready before the next' }, ...WAIT_OPTIONS],
  load: async () => (await import('./restart.run.ts')).run,
};
