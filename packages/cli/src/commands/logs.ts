import type { Command } from '../command.ts';
import { TARGET_OPTIONS } from './options.ts';

export const logs: Command = {
  path: ['logs'],
  summary: "Show the gateway's log; --follow goes on",
  effect: 'read',
  prints: ['log-line'],
  examples: ['logs', '--profile rescue logs --follow', 'logs --limit 20 --json'],
  options: [
    { flags: '--follow', description: 'Go on as the gateway writes' },
    { flags: '--limit <lines>', description: 'Lines from the end (default 200)' },
    { flags: '--interval <ms>', description: 'How often --follow asks (default 1000)' },
    ...TARGET_OPTIONS,
  ],
  streams: true,
  load: async () => (await import('./logs.run.ts')).run,
};
