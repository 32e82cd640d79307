import type { TSchema } from 'typebox';
import { document, flag, list, oneOf, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

const device = {
  deviceId: text('SHA-256 of its public key, in hex'),
  publicKey: text('ed25519, base64url'),
  'displayName?': text(),
  clientId: text(),
  clientMode: text(),
  platform: text(),
};

/** Devices that a gateway lets in. */
export const deviceShapes: Record<string, TSchema> = {
  DevicesDocument: document({ ...done, pending: list(ref('WaitingDevice')), paired: list(ref('PairedDevice')) }),
  WaitingDevice: shape({
    requestId: text('What approve and reject take'),
    ...device,
    role: text(),
    scopes: list(text()),
    'remoteIp?': text('Address that it came from'),
    isRepair: flag('It is known already, and asks for more, or with another key'),
    ts: whole('Milliseconds since 1970'),
  }),
  PairedDevice: shape({
    ...device,
    roles: list(text()),
    scopes: list(text()),
    tokens: list(ref('DeviceToken')),
    createdAtMs: whole(),
    approvedAtMs: whole(),
  }),
  DeviceToken: shape({ role: text(), scopes: list(text()), createdAtMs: whole(), 'lastUsedAtMs?': whole() }, 'Without its text'),
  DeviceChangeDocument: document({
    ...done,
    action: oneOf(['approved', 'rejected', 'removed', 'rotated', 'revoked']),
    deviceId: text(),
    'requestId?': text(),
    'file?': text('Where the new token is (0600)'),
    message: text(),
  }),
};
