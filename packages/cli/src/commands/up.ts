import type { Command } from '../command.ts';
import { WAIT_OPTIONS } from './options.ts';

export const up: Command = {
  path: ['up'],
  summary: 'Run instances and keep them running: in the foreground until Ctrl-C, or with --detach in the background',
  effect: 'run',
  prints: ['up-event', 'fleet-change'],
  examples: ['up', 'up main rescue', 'up -d --wait', 'up main --exit-code-from main'],
  args: [
    { name: '[names...]', description: 'Profiles, or product/profile (default: all that have no service and were not stopped)' },
  ],
  options: [
    { flags: '-d, --detach', description: 'In the background; where a supervisor runs already, it takes them up' },
    ...WAIT_OPTIONS,
    { flags: '--installed', description: 'Those that `gateway install` gave to Polygate (what a crontab starts at boot)' },
    { flags: '--once', description: 'Start each once and end when all have ended' },
    { flags: '--no-restart', description: 'Leave down what ends' },
    { flags: '--exit-code-from <name>', description: 'End when this one ends, with its exit code' },
  ],
  streams: true,
  load: async () => (await import('./up.run.ts')).run,
};
