import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const nodesList: Command = {
  path: ['nodes', 'list'],
  summary: 'The nodes that are paired or connected',
  effect: 'read',
  prints: ['nodes'],
  examples: ['nodes list --json'],
  options: TARGET_OPTIONS,
  load: async () => (await import('./list.run.ts')).run,
};
