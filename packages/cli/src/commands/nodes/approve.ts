import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const nodesApprove: Command = {
  path: ['nodes', 'approve'],
  summary: 'Pair a node that asks',
  effect: 'write',
  prints: ['node-change'],
  examples: ['nodes approve', 'nodes approve 3f2a --out token.txt'],
  args: [{ name: '[request]', description: 'Its request, or how that begins (default: the only one that waits)' }],
  options: [
    { flags: '--out <file>', description: 'File for its token (mode 0600), which is told nowhere else' },
    ...TARGET_OPTIONS,
  ],
  load: async () => (await import('./approve.run.ts')).run,
};
