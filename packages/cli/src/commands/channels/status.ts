import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const channelsStatus: Command = {
  path: ['channels', 'status'],
  aliases: [['channels']],
  summary: 'The channels that messages come and go by, and how they are',
  effect: 'read',
  prints: ['channels'],
  examples: ['channels status --json'],
  options: [{ flags: '--probe', description: 'Ask the channels anew' }, ...TARGET_OPTIONS],
  load: async () => (await import('./status.run.ts')).run,
};
