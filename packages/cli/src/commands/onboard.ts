import type { Command } from '../command.ts';
import { ONBOARD_OPTIONS } from './options.ts';

export const onboard: Command = {
  path: ['onboard'],
  aliases: [['configure']],
  summary: 'Set a profile up step by step, and install its service',
  effect: 'write',
  prints: ['onboard'],
  examples: ['onboard', '--profile rescue onboard', '--profile rescue onboard --non-interactive --json --install-daemon'],
  options: ONBOARD_OPTIONS,
  load: async () => (await import('./onboard.run.ts')).run,
};
