import type { Command } from '../../command.ts';
import { BROWSER_OPTION } from '../options.ts';

export const browserStatus: Command = {
  path: ['browser', 'status'],
  summary: 'Show the browser of a profile: config, ports, what is installed, what runs',
  effect: 'read',
  prints: ['browser-status'],
  examples: ['browser status', '--profile rescue browser status --json'],
  options: [BROWSER_OPTION],
  load: async () => (await import('./status.run.ts')).run,
};
