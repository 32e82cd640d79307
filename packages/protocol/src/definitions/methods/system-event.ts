import type { MethodDefinition } from '../shape.ts';
import { exactly, list, shape, text, whole } from '../shape.ts';

export const systemEvent: MethodDefinition = {
  name: 'system-event',
  summary: 'Publishes a note: it becomes a presence entry and is queued for the agent.',
  scope: 'operator.admin',
  params: shape({
    text: text('The note'),
    'deviceId?': text(),
    'instanceId?': text(),
    'host?': text(),
    'ip?': text(),
    'mode?': text(),
    'version?': text(),
    'platform?': text(),
    'deviceFamily?': text(),
    'modelIdentifier?': text(),
    'lastInputSeconds?': whole(),
    'reason?': text(),
    'roles?': list(text()),
    'scopes?': list(text()),
    'tags?': list(text()),
  }),
  result: shape({ ok: exactly(true) }),
};
