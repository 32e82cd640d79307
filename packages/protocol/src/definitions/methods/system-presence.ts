import type { MethodDefinition } from '../shape.ts';
import { list, ref, shape } from '../shape.ts';

export const systemPresence: MethodDefinition = {
  name: 'system-presence',
  summary: 'The clients and nodes that are here, newest first.',
  scope: 'operator.read',
  params: shape({}),
  result: list(ref('PresenceEntry')),
};
