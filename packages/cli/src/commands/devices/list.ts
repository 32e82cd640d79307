import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const devicesList: Command = {
  path: ['devices', 'list'],
  summary: 'Devices that wait to be let in, and those that were',
  effect: 'read',
  prints: ['devices'],
  examples: ['devices list --json'],
  options: TARGET_OPTIONS,
  load: async () => (await import('./list.run.ts')).run,
};
