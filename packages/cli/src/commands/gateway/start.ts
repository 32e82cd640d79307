import type { Command } from '../../command.ts';

export const gatewayStart: Command = {
  path: ['gateway', 'start'],
  summary: 'Start the installed service',
  effect: 'write',
  prints: ['service-change'],
  examples: ['gateway start'],
  load: async () => (await import('./start.run.ts')).run,
};
