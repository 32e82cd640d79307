import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const messageSend: Command = {
  path: ['message', 'send'],
  summary: 'Send a message by a channel, through the gateway',
  effect: 'write',
  prints: ['message-sent'],
  examples: [
    'message send --target +4917012345 --message "on my way"',
    'message send --channel telegram --target 4711 --message hi',
  ],
  options: [
    { flags: '--target <target>', description: 'Whom to: a number, a chat, a conversation' },
    { flags: '--message <text>', description: 'What is sent' },
    { flags: '--media <url>', description: 'Address of a picture or a file that goes with it' },
    { flags: '--channel <channel>', description: 'By which channel (default: the one that is linked)' },
    { flags: '--idempotency-key <key>', description: 'The same key again sends nothing again' },
    ...TARGET_OPTIONS,
    { flags: '--account <id>', description: 'Accepted for scripts of the family', hidden: true },
  ],
  load: async () => (await import('./send.run.ts')).run,
};
