import type { Command } from '../../command.ts';
import { BROWSER_OPTION } from '../options.ts';

export const browserStart: Command = {
  path: ['browser', 'start'],
  summary: 'Start the browser, or attach to it',
  effect: 'write',
  prints: ['browser-status'],
  examples: ['browser start', 'browser start --browser-profile work'],
  options: [BROWSER_OPTION],
  load: async () => (await import('./start.run.ts')).run,
};
