import type { Command } from '../../command.ts';
import { BROWSER_OPTION } from '../options.ts';

export const browserTabs: Command = {
  path: ['browser', 'tabs'],
  summary: 'List the pages that are open',
  effect: 'read',
  prints: ['browser-tabs'],
  examples: ['browser tabs --json'],
  options: [BROWSER_OPTION],
  load: async () => (await import('./tabs.run.ts')).run,
};
