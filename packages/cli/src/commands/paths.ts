import type { Command } from '../command.ts';
import { PORT_OPTION } from './options.ts';

export const paths: Command = {
  path: ['paths'],
  summary: 'Show every path and port of an instance, and what set it',
  effect: 'read',
  prints: ['paths'],
  examples: ['--profile rescue paths', '--profile rescue paths --json'],
  options: [PORT_OPTION],
  load: async () => (await import('./paths.run.ts')).run,
};
