import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const nodesInvoke: Command = {
  path: ['nodes', 'invoke'],
  summary: 'Have a connected node run one of its commands',
  effect: 'write',
  prints: ['node-answer'],
  examples: [`nodes invoke phone canvas.eval --params '{"js":"1+1"}'`],
  args: [
    { name: '<node>', description: 'Its name, or its id, or how that begins' },
    { name: '<command>', description: 'One of those that `nodes describe` shows' },
  ],
  options: [
    { flags: '--params <json>', description: 'Parameters of the command, as JSON' },
    { flags: '--invoke-timeout <ms>', description: 'Milliseconds that the node has (default 30000)' },
    { flags: '--idempotency-key <key>', description: 'A second call with the same key does not run again' },
    ...TARGET_OPTIONS,
  ],
  load: async () => (await import('./invoke.run.ts')).run,
};
