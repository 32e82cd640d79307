import Type from 'typebox';
import type { MethodDefinition } from '../shape.ts';
import { atMost, exactly, shape, short, whole } from '../shape.ts';

export const systemEvent: MethodDefinition = {
  name: 'system-event',
  summary: 'Publishes a note: it becomes a presence entry and is queued for the agent.',
  scope: 'operator.admin',
  params: shape({
    text: Type.String({ minLength: 1, maxLength: 4_000, description: 'The note' }),
    'deviceId?': short(),
    'instanceId?': short(),
    'host?': short(),
    'ip?': short(),
    'mode?': short(),
    'version?': short(),
    'platform?': short(),
    'deviceFamily?': short(),
    'modelIdentifier?': short(),
    'lastInputSeconds?': whole(),
    'reason?': short(),
    'roles?': atMost(short(), 50),
    'scopes?': atMost(short(), 50),
    'tags?': atMost(short(), 50),
  }),
  result: shape({ ok: exactly(true) }),
};
