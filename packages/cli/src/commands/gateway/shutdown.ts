import type { Command } from '../../command.ts';

export const gatewayShutdown: Command = {
  path: ['gateway', 'shutdown'],
  summary: 'End the gateway of this profile, whatever started it (what a service of Windows is stopped with)',
  effect: 'write',
  prints: ['service-change'],
  examples: ['gateway shutdown'],
  options: [
    { flags: '--mark <file>', description: 'File that is written first: while it is there, its launcher starts nothing' },
  ],
  hidden: true,
  load: async () => (await import('./shutdown.run.ts')).run,
};
