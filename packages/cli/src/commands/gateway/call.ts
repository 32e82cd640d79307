import type { Command } from '../../command.ts';
import { TARGET_OPTIONS } from '../options.ts';

export const gatewayCall: Command = {
  path: ['gateway', 'call'],
  summary: 'Call any method of the gateway',
  effect: 'write',
  prints: ['call-result'],
  examples: ['gateway call health', `gateway call system-event --params '{"text":"hello"}'`],
  args: [{ name: '<method>', description: 'Method, for example health' }],
  options: [
    { flags: '--params <json>', description: 'Parameters, as JSON' },
    ...TARGET_OPTIONS,
    { flags: '--expect-final', description: 'Wait for the second answer, where a method gives two' },
  ],
  load: async () => (await import('./call.run.ts')).run,
};
