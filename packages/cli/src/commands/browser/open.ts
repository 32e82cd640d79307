import type { Command } from '../../command.ts';
import { BROWSER_OPTION } from '../options.ts';

export const browserOpen: Command = {
  path: ['browser', 'open'],
  summary: 'Open a page in a tab of its own, starting the browser first',
  effect: 'write',
  prints: ['browser-tab'],
  examples: ['browser open https://example.com'],
  args: [{ name: '<url>', description: 'http://…, https://… or about:blank' }],
  options: [BROWSER_OPTION],
  load: async () => (await import('./open.run.ts')).run,
};
