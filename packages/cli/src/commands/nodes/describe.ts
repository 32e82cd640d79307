import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const nodesDescribe: Command = {
  path: ['nodes', 'describe'],
  summary: 'One node: what it can do, and which commands it takes',
  effect: 'read',
  prints: ['node'],
  examples: ['nodes describe phone'],
  args: [{ name: '<node>', description: 'Its name, or its id, or how that begins' }],
  options: TARGET_OPTIONS,
  load: async () => (await import('./describe.run.ts')).run,
};
