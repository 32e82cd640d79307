import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const channelsLogout: Command = {
  path: ['channels', 'logout'],
  summary: 'End what links a channel to its account',
  effect: 'destructive',
  prints: ['channel-change'],
  examples: ['channels logout whatsapp'],
  args: [{ name: '[channel]', description: 'Which one (default: whatsapp)' }],
  options: [{ flags: '--channel <channel>', description: 'Accepted for scripts of the family', hidden: true }, ...TARGET_OPTIONS],
  load: async () => (await import('./logout.run.ts')).run,
};
