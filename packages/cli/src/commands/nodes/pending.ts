import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const nodesPending: Command = {
  path: ['nodes', 'pending'],
  summary: 'Nodes that ask to be paired',
  effect: 'read',
  prints: ['node-requests'],
  examples: ['nodes pending'],
  options: TARGET_OPTIONS,
  load: async () => (await import('./pending.run.ts')).run,
};
