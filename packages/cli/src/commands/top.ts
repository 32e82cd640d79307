import type { Command } from '../command.ts';

export const top: Command = {
  path: ['top'],
  summary: 'Processor, memory, restarts and probes of what the supervisor looks after, again and again until Ctrl-C',
  effect: 'read',
  prints: ['top'],
  examples: ['top', 'top --count 1 --json'],
  options: [
    { flags: '--count <n>', description: 'End after so many looks' },
    { flags: '--interval <ms>', description: 'Milliseconds from one look to the next (default 2000)' },
  ],
  streams: true,
  load: async () => (await import('./top.run.ts')).run,
};
