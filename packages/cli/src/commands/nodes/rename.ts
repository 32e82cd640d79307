import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const nodesRename: Command = {
  path: ['nodes', 'rename'],
  summary: 'Give a node another name',
  effect: 'write',
  prints: ['node-change'],
  examples: ['nodes rename 3f2a Kitchen'],
  args: [
    { name: '<node>', description: 'Its name, or its id, or how that begins' },
    { name: '<name>', description: 'Its new name' },
  ],
  options: TARGET_OPTIONS,
  load: async () => (await import('./rename.run.ts')).run,
};
