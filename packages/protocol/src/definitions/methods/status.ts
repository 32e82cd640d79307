import type { MethodDefinition } from '../shape.ts';
import { openShape, ref } from '../shape.ts';

export const status: MethodDefinition = {
  name: 'status',
  summary: 'Short summary of channels, sessions and queued events.',
  scope: 'operator.read',
  params: openShape({}),
  result: ref('StatusSummary'),
};
