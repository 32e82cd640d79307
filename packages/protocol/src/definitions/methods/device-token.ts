import { list, type MethodDefinition, shape, text, whole } from '../shape.ts';

const scope = 'operator.pairing';

export const deviceTokenRotate: MethodDefinition = {
  name: 'device.token.rotate',
  summary: 'A new token for a device; its older ones of this role end. The text of a token is told here and never again.',
  scope,
  params: shape({ deviceId: text(), role: text(), 'scopes?': list(text('Of those that the device has; none: all of them')) }),
  result: shape({ deviceId: text(), role: text(), token: text(), scopes: list(text()), rotatedAtMs: whole() }),
};

export const deviceTokenRevoke: MethodDefinition = {
  name: 'device.token.revoke',
  summary: 'Ends every token of a device in a role. It stays paired.',
  scope,
  params: shape({ deviceId: text(), role: text() }),
  result: shape({ deviceId: text(), role: text(), revokedAtMs: whole() }),
};
