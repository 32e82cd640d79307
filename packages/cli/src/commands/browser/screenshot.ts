import type { Command } from '../../command.ts';
import { BROWSER_OPTION } from '../options.ts';

export const browserScreenshot: Command = {
  path: ['browser', 'screenshot'],
  summary: 'Take a picture of a page',
  effect: 'write',
  prints: ['browser-picture'],
  examples: ['browser screenshot --out page.png', 'browser screenshot --full-page'],
  args: [{ name: '[tab]', description: 'targetId of `browser tabs` (default: the one opened last)' }],
  options: [
    { flags: '--out <file>', description: 'Where to write it (default: below the state directory)' },
    { flags: '--full-page', description: 'All of the page, not only what its window shows' },
    BROWSER_OPTION,
  ],
  load: async () => (await import('./screenshot.run.ts')).run,
};
