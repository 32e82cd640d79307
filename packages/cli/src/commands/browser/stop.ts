import type { Command } from '../../command.ts';
import { BROWSER_OPTION } from '../options.ts';

export const browserStop: Command = {
  path: ['browser', 'stop'],
  summary: 'End the browser that was started',
  effect: 'write',
  prints: ['browser-status'],
  examples: ['browser stop'],
  options: [BROWSER_OPTION],
  load: async () => (await import('./stop.run.ts')).run,
};
