import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newDeviceKey, signedDevice, wantsDevice } from './device.ts';
import { RequestRefused, SocketClosed } from './socket.ts';

const signing = {
  client: { id: 'gateway-client', mode: 'backend' },
  role: 'operator',
  scopes: ['operator.read', 'operator.write'],
  token: undefined,
  nonce: 'n-1',
  now: 1_770_000_000_000,
};

describe('a device', () => {
  it('signs who it is, what it wants and the nonce, under the name of its key', () => {
    const key = newDeviceKey();
    const device = signedDevice(key, signing) as Record<'id' | 'publicKey' | 'signature' | 'nonce', string> & {
      signedAt: number;
    };
    const raw = Buffer.from(device.publicKey, 'base64url');
    expect(device.id).toBe(createHash('sha256').update(raw).digest('hex'));
    const line = `v2|${device.id}|gateway-client|backend|operator|operator.read,operator.write|1770000000000||n-1`;
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: device.publicKey }, format: 'jwk' });
    expect(verify(null, Buffer.from(line), publicKey, Buffer.from(device.signature, 'base64url'))).toBe(true);
    expect(device).toMatchObject({ nonce: 'n-1', signedAt: signing.now });
  });

  it.each([
    ['is wanted', new RequestRefused({ code: 'NOT_PAIRED', message: 'device identity required' }), true],
    ['was shown, and has to be paired', new RequestRefused({ code: 'NOT_PAIRED', message: 'pairing required' }), false],
    ['is not what is wrong', new RequestRefused({ code: 'INVALID_REQUEST', message: 'unauthorized' }), false],
    ['is not asked for by who closes', new SocketClosed(1008, 'device identity required'), false],
  ])('%s', (_, error, wanted) => expect(wantsDevice(error)).toBe(wanted));
});
