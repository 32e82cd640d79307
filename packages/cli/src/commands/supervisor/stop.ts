import type { Command } from '../../command.ts';

export const supervisorStop: Command = {
  path: ['supervisor', 'stop'],
  summary: 'End the supervisor, and what it runs in the order of dependence',
  effect: 'write',
  prints: ['supervisor'],
  examples: ['supervisor stop --keep'],
  options: [{ flags: '--keep', description: 'Leave the gateways running, for the next supervisor to take over' }],
  load: async () => (await import('./stop.run.ts')).run,
};
