import type { TSchema } from 'typebox';
import { frames } from './frames.ts';
import { nodeShapes } from './nodes.ts';
import type { EventDefinition } from './shape.ts';
import { anything, list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';

export const events: EventDefinition[] = [
  {
    name: 'connect.challenge',
    summary: 'First frame of every connection: proof, without a secret, that a gateway is there.',
    payload: shape({ nonce: text(), ts: whole() }),
  },
  {
    name: 'presence',
    summary: 'The presence list, after each change.',
    payload: shape({ presence: list(ref('PresenceEntry')) }),
  },
  {
    name: 'device.pair.requested',
    summary: 'A device waits to be let in.',
    scope: 'operator.pairing',
    payload: frames.PairingRequest as TSchema,
  },
  {
    name: 'device.pair.resolved',
    summary: 'A device that waited was let in, or not.',
    scope: 'operator.pairing',
    payload: shape({ requestId: text(), deviceId: text(), decision: oneOf(['approved', 'rejected']), ts: whole() }),
  },
  {
    name: 'node.pair.requested',
    summary: 'A node asks to be paired.',
    scope: 'operator.pairing',
    payload: nodeShapes.NodePairingRequest as TSchema,
  },
  {
    name: 'node.pair.resolved',
    summary: 'A node that asked was paired, or not.',
    scope: 'operator.pairing',
    payload: shape({ requestId: text(), nodeId: text(), decision: oneOf(['approved', 'rejected']), ts: whole() }),
  },
  {
    name: 'node.invoke.request',
    summary: 'To a node: run this command, and answer with node.invoke.result.',
    role: 'node',
    payload: shape({
      id: text('What node.invoke.result names'),
      nodeId: text(),
      command: text(),
      paramsJSON: orNull(text('Parameters of the command, as JSON text')),
      timeoutMs: whole('How long the gateway waits'),
      idempotencyKey: text(),
    }),
  },
  {
    name: 'node.event',
    summary: 'A node told something (node.event).',
    scope: 'operator.read',
    payload: shape({ nodeId: text(), event: text(), 'payload?': anything(), ts: whole() }),
  },
  {
    name: 'health',
    summary: 'The health snapshot: after each change of it, and every minute.',
    payload: frames.HealthSummary as TSchema,
  },
  {
    name: 'agent',
    summary: 'What happens in a run of an agent, numbered within the run.',
    scope: 'operator.read',
    payload: shape({
      runId: text(),
      seq: whole(),
      stream: text('lifecycle (phase start, end or error), assistant (text so far and delta) or tool'),
      ts: whole(),
      data: anything(),
      'sessionKey?': text(),
    }),
  },
  {
    name: 'chat',
    summary: 'What is said in a conversation: the answer so far, at most every 150 ms, and its end.',
    scope: 'operator.read',
    payload: shape({
      runId: text(),
      sessionKey: text(),
      seq: whole(),
      state: oneOf(['delta', 'final', 'aborted', 'error']),
      'message?': anything('The answer, whole as far as it came'),
      'errorMessage?': text(),
      'usage?': anything(),
      'stopReason?': text(),
    }),
  },
  { name: 'tick', summary: 'Keepalive, every policy.tickIntervalMs.', payload: shape({ ts: whole() }) },
  {
    name: 'shutdown',
    summary: 'The gateway is going down; with restartExpectedMs it will be back.',
    payload: shape({ reason: text(), 'restartExpectedMs?': orNull(whole()) }),
  },
];
