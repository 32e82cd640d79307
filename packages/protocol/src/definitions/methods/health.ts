import type { MethodDefinition } from '../shape.ts';
import { flag, openShape, ref } from '../shape.ts';

export const health: MethodDefinition = {
  name: 'health',
  summary: 'Full health snapshot. Needs no scope: it is how a prober knows that calls are served.',
  params: openShape({ 'probe?': flag('Ask the channels anew instead of answering from the last look') }),
  result: ref('HealthSummary'),
};
