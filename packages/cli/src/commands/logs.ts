import type { Command } from '../command.ts';
import { TARGET_OPTIONS } from './options.ts';

export const logs: Command = {
  path: ['logs'],
  summary: 'Show logs, of several instances by time; --follow goes on',
  effect: 'read',
  prints: ['log-line'],
  examples: [
    'logs',
    '--profile rescue logs --follow',
    'logs main rescue --since 10m',
    'logs --all --follow',
    'logs --limit 20 --json',
  ],
  args: [{ name: '[names...]', description: 'Profiles, or product/profile (default: the one that is selected)' }],
  options: [
    { flags: '--follow', description: 'Go on as the gateway writes' },
    { flags: '--all', description: 'Of every instance of this account' },
    { flags: '--since <time>', description: 'From then on: 90s, 10m, 2h, 1d ago, or an ISO time' },
    {
      flags: '--console',
      description: 'Also what the supervisor caught of the output of gateways that write a log of their own',
    },
    { flags: '--limit <lines>', description: 'Lines from the end (default 200; all with --since)' },
    { flags: '--interval <ms>', description: 'How often --follow looks (default 1000)' },
    ...TARGET_OPTIONS,
  ],
  streams: true,
  load: async () => (await import('./logs.run.ts')).run,
};
