import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newDevice } from './support/device.ts';
import { startGateway } from './support/gateway.ts';
import { connectParams, RawClient } from './support/raw-client.ts';
import { newWorld } from './support/world.ts';

const CANARY = 'canary-0d9c7b1e5a';

describe('a secret', () => {
  it('stands in the config alone, which only its owner can read, and in no output', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup', '--token', CANARY);
    const gateway = await startGateway(world, 'main', '--verbose');
    const wrong = await gateway.socket();
    await wrong.request('1', 'connect', connectParams(`${CANARY}-wrong`));
    await gateway.client();

    const outputs: string[] = [gateway.running.stdout, gateway.running.stderr];
    const commands = [
      ['paths'],
      ['setup'],
      ['gateway', 'status', '--deep'],
      ['status'],
      ['profiles', 'list'],
      ['health'],
      ['logs'],
      ['gateway', 'call', 'status'],
      ['gateway', 'call', 'no.such'],
      ['gateway', 'install', '--dry-run'],
      ['gateway', 'status', '--token', CANARY],
      ['health', '--token', `${CANARY}-wrong`],
      ['gateway', '--token', CANARY],
    ];
    for (const args of commands) {
      for (const form of [args, [...args, '--json']]) {
        const { stdout, stderr } = await world.zero('--profile', 'main', ...form);
        outputs.push(stdout, stderr);
      }
    }
    expect(outputs.join('\n')).not.toContain(CANARY);
    expect(await readFile(`/proc/${gateway.running.pid}/cmdline`, 'utf8').catch(() => '')).not.toContain(CANARY);

    const holders: string[] = [];
    for (const name of await readdir(world.home, { recursive: true })) {
      const file = path.join(world.home, name);
      const found = await stat(file);
      if (found.isFile() && (await readFile(file, 'utf8')).includes(CANARY)) holders.push(name);
      if (found.isFile()) expect(found.mode & 0o077, name).toBe(0);
    }
    // A good config is kept to go back to: as private as the config itself.
    expect(holders.filter((name) => !name.startsWith('.zero-main/config-history/'))).toEqual(['.zero-main/zero.json']);
  });

  it('is told to no client: not the password, not a secret of the config, not the token of a device but to that device', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const configPath = world.at('.zero-main/zero.json');
    const config = JSON.parse(await readFile(configPath, 'utf8')) as { gateway: Record<string, unknown> };
    const key = `${CANARY}-of-a-provider`;
    const gateway = { ...config.gateway, auth: { mode: 'password', password: CANARY } };
    const channels = { telegram: { botToken: key } };
    await writeFile(configPath, JSON.stringify({ ...config, gateway, channels }), { mode: 0o600 });
    const running = world.start('--profile', 'main', 'gateway', '--verbose');
    const [, port] = await running.readUntil(/listening on ws:\/\/[^:]+:(\d+)/);
    const url = `ws://127.0.0.1:${port}`;
    const client = await RawClient.open(url);
    const password = { auth: { password: CANARY } };
    expect((await client.request('hello', 'connect', connectParams(undefined, password))).ok).toBe(true);

    // Over HTTP it is shown as a token would be.
    const models = async (authorization: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { authorization } });
      return [answer.status, await answer.text()];
    };
    expect(await models(`Bearer ${CANARY}`)).toEqual([200, expect.stringContaining('"object":"list"')]);
    expect(await models('Bearer wrong')).toEqual([401, expect.stringContaining('gateway password mismatch')]);
    const basic = `Basic ${Buffer.from(`zero:${CANARY}`).toString('base64')}`;
    expect(await models(basic)).toEqual([401, expect.stringContaining('gateway password missing')]);

    const device = newDevice();
    const own = await RawClient.open(url);
    const asked = await device.connect(own, undefined);
    const hello = await own.request('hello', 'connect', { ...asked, ...password });
    const { auth } = hello.payload as { auth?: { deviceToken: string } };
    const deviceToken = auth?.deviceToken ?? '';
    expect(deviceToken.length).toBeGreaterThan(20);

    const asks: [method: string, params?: unknown][] = [
      ...['config.get', 'config.schema', 'status', 'health', 'system-presence', 'device.pair.list', 'node.list'].map(
        (method): [string] => [method],
      ),
      ['logs.tail', { limit: 500 }],
      ['config.set', { raw: '{ broken', baseHash: 'x' }],
      ['device.token.rotate', { deviceId: 'nobody', role: 'operator' }],
    ];
    for (const [i, [method, params]] of asks.entries()) await client.request(String(i), method, params);
    const outputs = [running.stdout, running.stderr, JSON.stringify(client.frames)];
    for (const args of [['logs'], ['status', '--json'], ['devices', 'list', '--json'], ['config', 'get', '--json']]) {
      const { stdout, stderr } = await world.zero('--profile', 'main', ...args);
      outputs.push(stdout, stderr);
    }
    for (const secret of [CANARY, deviceToken]) expect(outputs.join('\n')).not.toContain(secret);
    expect((await readFile(world.at('.zero-main/zero.json'), 'utf8')).includes(key)).toBe(true);
    for (const name of await readdir(world.home, { recursive: true })) {
      const file = path.join(world.home, name);
      if ((await stat(file)).isFile()) expect((await readFile(file, 'utf8')).includes(deviceToken), name).toBe(false);
    }
    client.terminate();
    own.terminate();
  });

  it('is made anew for every profile', async () => {
    const world = await newWorld();
    const tokens = await Promise.all(
      ['a', 'b', 'c'].map(async (profile) => {
        const { instance } = (await world.zero('--profile', profile, 'setup', '--json')).json<{
          instance: { configPath: string };
        }>();
        return (JSON.parse(await readFile(instance.configPath, 'utf8')) as { gateway: { auth: { token: string } } }).gateway.auth
          .token;
      }),
    );
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{48}$/);
  });

  it('that a gateway without a config made up for itself is found by the helpers, and nothing is written to a config', async () => {
    const world = await newWorld();
    const gateway = world.start('--dev', 'gateway', '--allow-unconfigured');
    await gateway.readUntil(/listening on/);
    expect((await world.zero('--dev', 'health')).code).toBe(0);
    expect((await readdir(world.at('.zero-dev'))).sort()).toEqual(['gateway.lock', 'logs', 'zero.json.owner']);
  });
});
