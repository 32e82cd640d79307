import type { Command } from '../command.ts';
import { PASSWORD_OPTION, TOKEN_OPTION, URL_OPTION } from './options.ts';

export const agent: Command = {
  path: ['agent'],
  summary: 'Have an agent take its turn, and wait for its answer',
  effect: 'write',
  prints: ['agent-turn'],
  examples: ['agent --message "good morning"', 'agent --message "on my way" --to +4917012345 --deliver'],
  options: [
    { flags: '--message <text>', description: 'What is said to it' },
    { flags: '--to <target>', description: 'Whom the conversation is with' },
    { flags: '--agent <id>', description: 'Which agent (default: the default agent)' },
    { flags: '--session-key <key>', description: 'Conversation (default: the main one of the agent)' },
    { flags: '--session-id <id>', description: 'Conversation, by its id' },
    { flags: '--model <model>', description: 'provider/model, instead of that of the agent' },
    { flags: '--deliver', description: 'Send the answer to --to, by a channel' },
    { flags: '--channel <channel>', description: 'By which channel' },
    { flags: '--run-id <key>', description: 'The same key again takes no second turn' },
    { flags: '--timeout <seconds>', description: 'Seconds that the turn may take' },
    { flags: '--no-wait', description: 'Do not wait for the answer' },
    URL_OPTION,
    TOKEN_OPTION,
    PASSWORD_OPTION,
    { flags: '--thinking <level>', description: 'Accepted for scripts of the family', hidden: true },
  ],
  load: async () => (await import('./agent.run.ts')).run,
};
