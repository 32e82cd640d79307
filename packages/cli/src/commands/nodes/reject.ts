import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const nodesReject: Command = {
  path: ['nodes', 'reject'],
  summary: 'Turn a node away that asks',
  effect: 'write',
  prints: ['node-change'],
  examples: ['nodes reject 3f2a'],
  args: [{ name: '[request]', description: 'Its request, or how that begins (default: the only one that waits)' }],
  options: TARGET_OPTIONS,
  load: async () => (await import('./reject.run.ts')).run,
};
