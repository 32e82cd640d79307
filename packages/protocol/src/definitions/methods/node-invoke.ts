import Type from 'typebox';
import { anything, exactly, flag, type MethodDefinition, openShape, orNull, shape, short, text, wait } from '../shape.ts';

export const nodeInvoke: MethodDefinition = {
  name: 'node.invoke',
  summary:
    'Has a connected node run one of its commands, and gives its answer. UNAVAILABLE with `details.code` NOT_CONNECTED, or `details.nodeError` (code TIMEOUT where it did not answer in time).',
  scope: 'operator.write',
  params: shape({
    nodeId: text(),
    command: text('One that the node advertises'),
    'params?': anything('Parameters of the command'),
    'timeoutMs?': wait('Milliseconds to wait for the answer (30000)'),
    idempotencyKey: short('A second call with the same one gets the answer of the first, and does not run again'),
  }),
  result: shape({
    ok: exactly(true),
    nodeId: text(),
    command: text(),
    'payload?': anything('What the node answered'),
    payloadJSON: orNull(Type.String({ description: 'The same as text, where the node answered so' })),
  }),
};

export const nodeInvokeResult: MethodDefinition = {
  name: 'node.invoke.result',
  summary: 'The answer of a node to node.invoke.request. One that nobody waits for any more is ignored.',
  role: 'node',
  params: shape({
    id: text('Of node.invoke.request'),
    nodeId: text(),
    ok: flag(),
    'payload?': anything(),
    'payloadJSON?': orNull(Type.String({ description: 'Instead of payload: JSON text' })),
    'error?': orNull(openShape({ 'code?': text(), 'message?': text() }, 'Why it failed')),
  }),
  result: shape({ ok: exactly(true), 'ignored?': flag('Nobody waits for it') }),
};

export const nodeEvent: MethodDefinition = {
  name: 'node.event',
  summary: 'A node tells something; operators get it as the event of this name.',
  role: 'node',
  params: shape({
    event: short(),
    'payload?': anything(),
    'payloadJSON?': orNull(Type.String({ description: 'Instead of payload: JSON text' })),
  }),
  result: shape({ ok: exactly(true) }),
};
