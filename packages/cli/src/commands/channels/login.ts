import type { Command } from '../../command.ts';
import { PASSWORD_OPTION, TOKEN_OPTION, URL_OPTION } from '../options.ts';

export const channelsLogin: Command = {
  path: ['channels', 'login'],
  summary: 'Link a channel to a phone, by a code that it scans',
  effect: 'write',
  prints: ['channel-change'],
  examples: ['channels login whatsapp'],
  args: [{ name: '[channel]', description: 'Which one (default: whatsapp)' }],
  options: [
    { flags: '--force', description: 'Link it anew though it is linked' },
    { flags: '--timeout <ms>', description: 'Milliseconds to wait at most (default 180000)' },
    { flags: '--channel <channel>', description: 'Accepted for scripts of the family', hidden: true },
    URL_OPTION,
    TOKEN_OPTION,
    PASSWORD_OPTION,
  ],
  load: async () => (await import('./login.run.ts')).run,
};
