import { readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newDevice } from './support/device.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { connectParams, RawClient } from './support/raw-client.ts';
import { afterTest, newWorld } from './support/world.ts';

/** A socket that looks as if it came through a proxy: everybody behind one has a loopback address. */
async function fromElsewhere(gateway: TestGateway): Promise<RawClient> {
  const client = await RawClient.open(gateway.url, { headers: { 'X-Forwarded-For': '203.0.113.7' } });
  afterTest(async () => client.terminate());
  return client;
}

const devicesFile = (gateway: TestGateway) => `${gateway.stateDir}/devices/devices.json`;

describe('a device', () => {
  it('on this machine gets a token with the secret, and comes in with that alone, also after a restart of the gateway', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const device = newDevice();
    const first = await gateway.socket();
    const hello = await first.request('1', 'connect', await device.connect(first, gateway.token));
    const { deviceToken } = (hello.payload as { auth: { deviceToken: string } }).auth;
    expect(deviceToken).toMatch(/^[\w-]{43}$/);
    expect((await stat(devicesFile(gateway))).mode & 0o777).toBe(0o600);
    expect(await readFile(devicesFile(gateway), 'utf8')).not.toContain(deviceToken);

    await gateway.running.stop();
    const again = await startGateway(world);
    const second = await again.socket();
    expect(await second.request('1', 'connect', await device.connect(second, deviceToken))).toMatchObject({ ok: true });
    expect((await second.request('2', 'system-event', { text: 'x' })).error).toMatchObject({
      details: { code: 'MISSING_SCOPE' },
    });
  });

  it('from elsewhere waits until devices approve lets it in', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const { client: operator } = await gateway.client();
    const device = newDevice();
    const outside = await fromElsewhere(gateway);
    const refused = await outside.request('1', 'connect', await device.connect(outside, gateway.token));
    expect(refused.error).toMatchObject({ code: 'NOT_PAIRED', message: 'pairing required' });
    expect((await outside.closed).code).toBe(1008);
    const requested = await operator.event('device.pair.requested');
    expect(requested.payload).toMatchObject({ requestId: refused.error?.details?.requestId, deviceId: device.id });

    const main = (...args: string[]) => world.zero('--profile', 'main', 'devices', ...args);
    expect((await main('list')).stdout).toMatch(/Waiting:[\s\S]*Next: zero --profile main devices approve /);
    expect((await main('approve', 'nonsense', '--json')).json()).toMatchObject({ error: { code: 'DEVICE_UNKNOWN' } });
    expect((await main('approve', '--json')).json()).toMatchObject({ action: 'approved', deviceId: device.id });
    expect((await operator.event('device.pair.resolved')).payload).toMatchObject({ decision: 'approved', deviceId: device.id });
    expect((await main('list', '--json')).json()).toMatchObject({ pending: [], paired: [{ deviceId: device.id }] });

    const next = await fromElsewhere(gateway);
    expect(await next.request('1', 'connect', await device.connect(next, gateway.token))).toMatchObject({ ok: true });
    expect(await main('remove', device.id.slice(0, 8), '--json')).toMatchObject({ code: 0 });
    expect(await next.closed).toMatchObject({ code: 1008, reason: 'device removed' });
  });

  it('gets a new token into a private file, which nothing prints, and loses it again', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const device = newDevice();
    const socket = await gateway.socket();
    await socket.request('1', 'connect', await device.connect(socket, gateway.token));
    const main = (...args: string[]) => world.zero('--profile', 'main', 'devices', ...args);
    expect((await main('rotate', device.id, '--json')).json()).toMatchObject({ error: { code: 'OPTION_INVALID' } });
    const rotated = await main('rotate', device.id, '--out', 'token.txt', '--json', '--verbose');
    const token = (await readFile(world.at('token.txt'), 'utf8')).trim();
    expect((await stat(world.at('token.txt'))).mode & 0o777).toBe(0o600);
    expect(rotated.json()).toMatchObject({ action: 'rotated', file: world.at('token.txt') });
    expect(rotated.stdout + rotated.stderr + gateway.running.stdout + gateway.running.stderr).not.toContain(token);

    const holder = await gateway.socket();
    expect(await holder.request('1', 'connect', await device.connect(holder, token))).toMatchObject({ ok: true });
    await main('revoke', device.id);
    expect(await holder.closed).toMatchObject({ code: 1008, reason: 'device token revoked' });
  });
});

describe('wrong secrets', () => {
  it('wait for their answer, right ones do not, and the many do not keep a good client out', async () => {
    const gateway = await startGateway(await newWorld());
    const answered: string[] = [];
    const wrong = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const client = await whenThereIsRoom(() => gateway.socket());
        client.send({ type: 'req', id: '1', method: 'connect', params: connectParams(`wrong ${i}`) });
        return client;
      }),
    );
    for (const client of wrong) void client.closed.then(() => answered.push('wrong'));
    const { hello } = await whenThereIsRoom(() => gateway.client());
    expect(hello.ok).toBe(true);
    // The last of forty waits five seconds; the good one came in meanwhile.
    expect(answered.length).toBeLessThan(40);
    const codes = await Promise.all(wrong.map(({ closed }) => closed.then(({ code }) => code)));
    expect(new Set(codes)).toEqual(new Set([1006, 1008]));
    expect(codes.filter((code) => code === 1008).length).toBeGreaterThan(0);
  });

  it('without an identity or a secret, a client is told what it lacks', async () => {
    const gateway = await startGateway(await newWorld());
    const client = await gateway.socket();
    const answer = await client.request('1', 'connect', connectParams(undefined));
    expect(answer.error).toMatchObject({ code: 'NOT_PAIRED', message: 'device identity required' });
    expect((await client.closed).code).toBe(1008);
  });

  it('sockets that say nothing are few: others get in all the same', async () => {
    const gateway = await startGateway(await newWorld());
    const silent = await Promise.all(Array.from({ length: 32 }, () => gateway.socket()));
    const refused = await Promise.allSettled(Array.from({ length: 8 }, () => RawClient.open(gateway.url)));
    for (const result of refused) if (result.status === 'fulfilled') result.value.terminate();
    const { client } = await whenThereIsRoom(() => gateway.client());
    expect((await client.request('1', 'health')).ok).toBe(true);
    for (const socket of silent) socket.terminate();
  });
});

/** Does what a client does that is told "503, Retry-After". */
async function whenThereIsRoom<T>(body: () => Promise<T>): Promise<T> {
  for (let left = 10; ; left -= 1) {
    try {
      return await body();
    } catch (error) {
      if (left === 0 || !String(error).includes('503')) throw error;
      await delay(1000);
    }
  }
}
