import type { TSchema } from 'typebox';
import { frames } from './frames.ts';
import type { EventDefinition } from './shape.ts';
import { list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';

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
  { name: 'tick', summary: 'Keepalive, every policy.tickIntervalMs.', payload: shape({ ts: whole() }) },
  {
    name: 'shutdown',
    summary: 'The gateway is going down; with restartExpectedMs it will be back.',
    payload: shape({ reason: text(), 'restartExpectedMs?': orNull(whole()) }),
  },
];
