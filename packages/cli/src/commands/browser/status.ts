import type { Command } from '../../command.ts';

export const browserStatus: Command = {
  path: ['browser', 'status'],
  summary: 'Show the browser of a profile: config, ports, what is installed, what listens',
  effect: 'read',
  prints: ['browser-status'],
  examples: ['browser status', '--profile rescue browser status --json'],
  options: [
    { flags: '--browser-profile <name>', description: 'Browser profile (default: the one of the config, else of the product)' },
  ],
  load: async () => (await import('./status.run.ts')).run,
};
