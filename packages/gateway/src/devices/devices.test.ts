import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { FakeClock } from '@polygate/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Admitted, admit, type Door } from '../handshake.ts';
import { callMethod } from '../methods/registry.ts';
import type { GatewayState } from '../state.ts';
import { memoryKeep, stateOf } from '../testing.ts';
import { WireError } from '../wire-error.ts';
import { deviceIdOf, signedLines } from './signature.ts';

interface Key {
  publicKey: string;
  privateKey: KeyObject;
}

function newKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return { publicKey: raw.toString('base64url'), privateKey };
}

const client = { id: 'cli', version: '1', platform: 'Linux', mode: 'cli' as const };
const local: Door = { connId: 'c1', nonce: 'n0nce', peer: { address: '127.0.0.1', isLocal: true, host: '127.0.0.1' } };
const remote: Door = { connId: 'c2', nonce: 'n0nce', peer: { address: '10.0.0.7', isLocal: false, host: '10.0.0.1' } };

interface Changes {
  role?: string;
  scopes?: string[];
  auth?: { token?: string };
  nonce?: string | undefined;
  signedAt?: number;
  id?: string;
  version?: 'v1' | 'v2' | 'v3';
}

/** A connect request of a device, signed as a client of that generation signs it. */
function hello(key: Key, now: number, changes: Changes = {}) {
  const { version = 'v2', role = 'operator', scopes = ['operator.read'], auth = { token: 's3cret' } } = changes;
  const nonce = version === 'v1' ? undefined : 'nonce' in changes ? changes.nonce : 'n0nce';
  const device = {
    id: changes.id ?? deviceIdOf(key.publicKey),
    publicKey: key.publicKey,
    signedAt: changes.signedAt ?? now,
    signature: '',
    ...(nonce === undefined ? {} : { nonce }),
  };
  const connect = { minProtocol: 3, maxProtocol: 4, client, role, scopes, auth, device };
  const line = signedLines(connect, role).find((l) => l.startsWith(version)) ?? '';
  device.signature = sign(null, Buffer.from(line), key.privateKey).toString('base64url');
  return connect;
}

const admin = { connId: 'a', role: 'operator' as const, scopes: ['operator.admin'], presence: {} };
let clock: FakeClock;
let state: GatewayState;
let key: Key;
beforeEach(async () => {
  clock = new FakeClock();
  state = await stateOf({ clock });
  key = newKey();
});

const come = (changes: Changes = {}, door = local, who = key): Promise<Admitted> =>
  admit(hello(who, clock.now(), changes), state, door);
async function refused(changes: Changes = {}, door = local, who = key) {
  const error = await come(changes, door, who).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(WireError);
  return (error as WireError).shape;
}
const call = (method: string, params: unknown) => callMethod(method, params, state, admin) as Promise<Record<string, unknown>>;

describe('a device', () => {
  it.each(['v1', 'v2', 'v3'] as const)('on this machine is let in by a signature of %s, and gets a token', async (version) => {
    const { caller, auth } = await come({ version });
    expect(caller).toMatchObject({ device: deviceIdOf(key.publicKey), scopes: ['operator.read'] });
    expect(auth).toMatchObject({
      deviceToken: expect.stringMatching(/^[\w-]{43}$/),
      role: 'operator',
      scopes: ['operator.read'],
    });
  });

  it('comes again with its token alone, with no more scopes than the token has', async () => {
    const { auth } = await come();
    const again = await come({ auth: { token: auth?.deviceToken ?? '' }, scopes: ['operator.read', 'operator.admin'] });
    expect(again.caller).toMatchObject({ scopes: ['operator.read'], byDeviceToken: true });
    expect(again.auth?.deviceToken).toBeUndefined();
  });

  it.each([
    ['another key than its id says', { id: 'f'.repeat(64) }, /device identity mismatch/],
    ['a signature of eleven minutes ago', { signedAt: -660_000 }, /device signature expired/],
    ['a nonce of another connection', { nonce: 'other' }, /device nonce mismatch/],
  ] as const)('with %s is refused', async (_, changes, message) => {
    const at = 'signedAt' in changes ? { signedAt: clock.now() + changes.signedAt } : changes;
    expect((await refused(at)).message).toMatch(message);
  });

  it('with a signature of another key, or of another request, is refused', async () => {
    const other = newKey();
    const forged = { ...hello(key, clock.now()), device: { ...hello(other, clock.now()).device, publicKey: key.publicKey } };
    await expect(admit(forged, state, local)).rejects.toThrow(/device identity mismatch/);
    const altered = { ...hello(key, clock.now()), scopes: ['operator.admin'] };
    await expect(admit(altered, state, local)).rejects.toThrow(/device signature invalid/);
  });

  it.each(['', 'AAAA', '%%%', 'x'.repeat(43)])(
    'with the key "%s", which is none, is refused without a crash',
    async (publicKey) => {
      const connect = hello(key, clock.now());
      const broken = { ...connect, device: { ...connect.device, publicKey: publicKey || ' ' } };
      await expect(admit(broken, state, local)).rejects.toBeInstanceOf(WireError);
    },
  );

  it('with a wrong secret is refused, paired or not', async () => {
    expect((await refused({ auth: { token: 'x' } })).message).toBe('unauthorized: gateway token mismatch');
    await come();
    expect((await refused({ auth: { token: 'x' } })).message).toBe('unauthorized: gateway token mismatch');
  });
});

describe('a device that is elsewhere', () => {
  it('needs a nonce', async () => {
    expect((await refused({ version: 'v1' }, remote)).message).toBe('device nonce required');
  });

  it('waits until somebody lets it in, as one request however often it asks', async () => {
    const first = await refused({}, remote);
    expect(first).toMatchObject({ code: 'NOT_PAIRED', message: 'pairing required', details: { requestId: expect.any(String) } });
    expect((await refused({}, remote)).details).toEqual(first.details);
    const { pending } = (await call('device.pair.list', {})) as { pending: { remoteIp: string }[] };
    expect(pending).toEqual([expect.objectContaining({ remoteIp: '10.0.0.7', isRepair: false })]);
    await call('device.pair.approve', first.details);
    expect((await come({}, remote)).auth?.deviceToken).toBeDefined();
    expect(await call('device.pair.list', {})).toMatchObject({ pending: [], paired: [{ roles: ['operator'] }] });
  });

  it('asks again for what it was not let in for: another role, more scopes, another key', async () => {
    await call('device.pair.approve', (await refused({}, remote)).details);
    expect(await refused({ role: 'node', scopes: [] }, remote)).toMatchObject({ code: 'NOT_PAIRED' });
    expect(await refused({ scopes: ['operator.admin'] }, remote)).toMatchObject({ code: 'NOT_PAIRED' });
    const { pending } = (await call('device.pair.list', {})) as { pending: { isRepair: boolean }[] };
    expect(pending.map(({ isRepair }) => isRepair)).toEqual([true, true]);
  });

  it('is turned away, and its request is gone', async () => {
    const { details } = await refused({}, remote);
    await call('device.pair.reject', details);
    await expect(call('device.pair.approve', details)).rejects.toThrow('unknown requestId');
  });

  it('is forgotten when nobody answers', async () => {
    const { details } = await refused({}, remote);
    clock.ms += 300_001;
    await expect(call('device.pair.approve', details)).rejects.toThrow('unknown requestId');
  });

  it('finds no more than fifty others waiting', async () => {
    for (let i = 0; i < 60; i += 1) await refused({}, remote, newKey());
    expect(((await call('device.pair.list', {})) as { pending: unknown[] }).pending).toHaveLength(50);
  });
});

describe('the tokens of a device', () => {
  const deviceId = () => deviceIdOf(key.publicKey);

  it('are rotated: the new one is good, the old one is not', async () => {
    const old = (await come()).auth?.deviceToken ?? '';
    const { token } = (await call('device.token.rotate', { deviceId: deviceId(), role: 'operator' })) as { token: string };
    expect((await come({ auth: { token } })).caller.byDeviceToken).toBe(true);
    expect((await refused({ auth: { token: old } })).message).toMatch(/mismatch/);
  });

  it('are revoked, and end with the device', async () => {
    const token = (await come()).auth?.deviceToken ?? '';
    await call('device.token.revoke', { deviceId: deviceId(), role: 'operator' });
    expect((await refused({ auth: { token } })).message).toMatch(/mismatch/);
    const next = (await come()).auth?.deviceToken ?? '';
    await call('device.pair.remove', { deviceId: deviceId() });
    expect((await refused({ auth: { token: next } })).message).toMatch(/mismatch/);
  });

  it('are four at most, of which the newest are good', async () => {
    const tokens: string[] = [];
    for (let i = 0; i < 6; i += 1) tokens.push((await come()).auth?.deviceToken ?? '');
    const good = await Promise.all(
      tokens.map((token) =>
        come({ auth: { token } }).then(
          () => true,
          () => false,
        ),
      ),
    );
    expect(good).toEqual([false, false, true, true, true, true]);
  });

  it('are of one device: another one cannot use them', async () => {
    const token = (await come()).auth?.deviceToken ?? '';
    expect((await refused({ auth: { token } }, local, newKey())).message).toMatch(/mismatch/);
  });

  it('are on disk as hashes alone, and known to the next run', async () => {
    const keep = memoryKeep();
    state = await stateOf({ clock, keep });
    const token = (await come()).auth?.deviceToken ?? '';
    expect([...keep.files.values()].join()).not.toContain(token);
    state = await stateOf({ clock, keep });
    expect((await come({ auth: { token } })).caller.byDeviceToken).toBe(true);
    expect(JSON.stringify(await call('device.pair.list', {}))).not.toContain('hash');
  });

  it('are lost with a file that cannot be read, which is set aside', async () => {
    const keep = memoryKeep(new Map([['devices/devices.json', '{"version":9}']]));
    state = await stateOf({ clock, keep });
    expect([...keep.files.keys()]).toEqual(['devices/devices.json.broken']);
    expect((await come()).auth?.deviceToken).toBeDefined();
  });

  it.each([
    ['device.pair.remove', { deviceId: 'nobody' }],
    ['device.token.rotate', { deviceId: 'nobody', role: 'operator' }],
    ['device.token.revoke', { deviceId: 'nobody', role: 'operator' }],
    ['device.pair.reject', { requestId: 'nobody' }],
  ])('%s of nobody says so', async (method, params) => {
    await expect(call(method, params)).rejects.toThrow(/unknown/);
  });
});
