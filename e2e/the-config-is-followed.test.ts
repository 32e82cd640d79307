import { once } from 'node:events';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { connectParams, type RawClient } from './support/raw-client.ts';
import { newWorld } from './support/world.ts';

type Config = Record<string, Record<string, unknown>>;

const readConfig = async ({ configPath }: TestGateway) => JSON.parse(await readFile(configPath, 'utf8')) as Config;

/** Writes the config as editors do: a new file beside it, then a rename over it. */
async function editConfig(gateway: TestGateway, edit: (config: Config) => void): Promise<void> {
  const config = await readConfig(gateway);
  edit(config);
  await writeConfig(gateway, JSON.stringify(config));
}

async function writeConfig({ configPath }: TestGateway, text: string): Promise<void> {
  await writeFile(`${configPath}.swp`, text);
  await rename(`${configPath}.swp`, configPath);
}

const configOf = async (client: RawClient, id: string, method = 'status') =>
  ((await client.request(id, method)).payload as { config: Record<string, unknown> }).config;

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await delay(50)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error('it did not come about');
}

/** Knocks at a port as fast as it can until told to stop; gives what went wrong. */
function hammer(port: number): () => Promise<{ refused: string[]; count: number }> {
  let goesOn = true;
  const refused: string[] = [];
  let count = 0;
  const knock = async () => {
    while (goesOn) {
      const socket = connect(port, '127.0.0.1');
      const failed = await Promise.race([
        once(socket, 'connect').then(() => undefined),
        once(socket, 'error').then(([e]) => e as Error),
      ]).catch((error: Error) => error);
      socket.destroy();
      count += 1;
      if (failed) refused.push(failed.message);
    }
  };
  const all = [1, 2, 3].map(knock);
  return async () => {
    goesOn = false;
    await Promise.all(all);
    return { refused, count };
  };
}

describe('an edit of the config', () => {
  it('is taken over while the gateway runs, without a restart where none is needed', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    await editConfig(gateway, (config) => {
      config.logging = { level: 'debug' };
    });
    await gateway.running.readUntil(/taken over: logging.level/);
    const { client: second } = await gateway.client();
    await until(async () => (await readFile(await logOf(gateway), 'utf8')).includes('"level":"debug"'));
    expect((await client.request('1', 'health')).ok).toBe(true);
    expect((await second.request('1', 'health')).ok).toBe(true);
  });

  it('of a secret restarts it in place: clients are told, and come back with the new one; the old one is wrong', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    await editConfig(gateway, (config) => {
      config.gateway = { ...config.gateway, auth: { mode: 'token', token: 'another-canary-token' } };
    });
    expect((await client.event('shutdown')).payload).toEqual({ reason: 'gateway restarting', restartExpectedMs: 1500 });
    expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' });
    await gateway.running.readUntil(/restarted in place/);
    const next = await gateway.socket();
    expect((await next.request('1', 'connect', connectParams('another-canary-token'))).ok).toBe(true);
    const old = await gateway.socket();
    expect((await old.request('1', 'connect', connectParams(gateway.token))).error).toMatchObject({
      details: { code: 'AUTH_TOKEN_MISMATCH' },
    });
    expect(gateway.running.stdout + gateway.running.stderr + (await readFile(await logOf(gateway), 'utf8'))).not.toContain(
      'another-canary-token',
    );
  });

  it('that makes no sense changes nothing: the last good one is kept, and it is said everywhere', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const { client } = await gateway.client();
    const good = await readFile(gateway.configPath, 'utf8');
    const before = (await configOf(client, '0')).hash;
    const auth = { token: gateway.token };
    const broken: [string, unknown][] = [
      ['{ gateway: ', ''],
      [JSON.stringify({ gateway: { mode: 'lokal', auth } }), 'gateway.mode'],
      [JSON.stringify({ gateway: { mode: 'local' } }), 'gateway.auth'],
      [JSON.stringify({ gateway: { mode: 'local', port: 'x', auth } }), 'gateway.port'],
    ];
    for (const [i, [text, path]] of broken.entries()) {
      await writeConfig(gateway, text);
      let asked = 0;
      await until(async () => {
        asked += 1;
        const { hash, issues } = (await configOf(client, `${i}.${asked}`)) as { hash: string; issues: { path: string }[] };
        expect(hash).toBe(before);
        return issues[0]?.path === path;
      });
    }
    expect(await configOf(client, 'c', 'health')).toMatchObject({ valid: false });
    await gateway.running.readUntil(/zero\.json is refused: .*still running by the last good config \([0-9a-f]{12}\)/);
    const status = (await world.zero('--profile', 'main', 'gateway', 'status', '--json')).json<{
      config: { gateway: unknown };
    }>();
    expect(status).toMatchObject({ config: { gateway: { valid: false, hash: before, issues: [{ path: 'gateway.port' }] } } });
    await writeConfig(gateway, good);
    await gateway.running.readUntil(/zero\.json is valid again/);
    expect(await configOf(client, 'd')).toMatchObject({ hash: before, valid: true, issues: [] });
  });

  it('by removing it and putting it back does no harm', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    const text = await readFile(gateway.configPath, 'utf8');
    await rm(gateway.configPath);
    await gateway.running.readUntil(/zero\.json is refused: is gone/);
    await writeFile(gateway.configPath, text, { mode: 0o600 });
    await gateway.running.readUntil(/zero\.json is valid again/);
    expect((await client.request('1', 'health')).ok).toBe(true);
  });

  it('of the port waits for a new process, and says so', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    await editConfig(gateway, (config) => {
      config.gateway = { ...config.gateway, port: gateway.port + 1000 };
    });
    await gateway.running.readUntil(/only a new process takes over gateway\.port/);
    expect(await configOf(client, '1')).toMatchObject({ valid: true, pending: ['gateway.port'] });
  });
});

describe('a restart in place', () => {
  it('by SIGUSR1 refuses nobody: the port stays bound, and who comes meanwhile is served', async () => {
    const gateway = await startGateway(await newWorld());
    await editConfig(gateway, (config) => {
      config.commands = { restart: true };
    });
    await gateway.running.readUntil(/taken over: commands\.restart/);
    const stop = hammer(gateway.port);
    for (let round = 1; round <= 3; round += 1) {
      const { client } = await gateway.client();
      // One that does not answer the close makes the restart last.
      const { client: stubborn } = await gateway.client();
      stubborn.pause();
      gateway.running.kill('SIGUSR1');
      expect((await client.event('shutdown')).payload).toMatchObject({ restartExpectedMs: 1500 });
      const meanwhile = await Promise.all([gateway.client(), gateway.client()]);
      for (const { hello } of meanwhile) expect(hello.ok).toBe(true);
      await until(async () => gateway.running.stdout.split('restarted in place').length > round);
      expect(gateway.running.stdout).not.toContain('ignored');
    }
    const { refused, count } = await stop();
    expect(refused).toEqual([]);
    expect(count).toBeGreaterThan(20);
    expect(await fetch(`${gateway.httpUrl}/healthz`).then((r) => r.status)).toBe(200);
  });

  it('that one edit begins is followed by another for the edit that came meanwhile', async () => {
    const gateway = await startGateway(await newWorld());
    // It does not answer the close, so that the restart lasts.
    const { client: stubborn } = await gateway.client();
    stubborn.pause();
    const { client } = await gateway.client();
    const withToken = (token: string) => (config: Config) => {
      config.gateway = { ...config.gateway, auth: { mode: 'token', token }, reload: { debounceMs: 0 } };
    };
    await editConfig(gateway, withToken('first-canary'));
    await client.event('shutdown');
    await editConfig(gateway, withToken('second-canary'));
    await until(async () => gateway.running.stdout.split('restarted in place').length === 3);
    const last = await gateway.socket();
    expect((await last.request('1', 'connect', connectParams('second-canary'))).ok).toBe(true);
  });

  it('is asked for through config.apply, which writes only what is valid and starts from what is there', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    const got = (await client.request('1', 'config.get')).payload as { hash: string; config: Config };
    expect(JSON.stringify(got)).not.toContain(gateway.token);
    const raw = (change: (config: Config) => void) => {
      const config = structuredClone(got.config);
      change(config);
      return JSON.stringify(config);
    };
    const apply = (id: string, params: Record<string, unknown>) => client.request(id, 'config.apply', params);
    const broken = raw((c) => Object.assign(c.gateway as object, { mode: 'remote' }));
    expect((await apply('2', { raw: broken, baseHash: got.hash })).error).toMatchObject({ details: { code: 'CONFIG_INVALID' } });
    expect((await apply('3', { raw: raw(() => {}), baseHash: 'old' })).error).toMatchObject({
      details: { code: 'CONFIG_CHANGED' },
    });
    expect(await readConfig(gateway)).toMatchObject({ gateway: { auth: { token: gateway.token } } });
    const plugins = raw((c) => Object.assign(c, { plugins: { entries: {} } }));
    expect(await apply('4', { raw: plugins, baseHash: got.hash })).toMatchObject({
      ok: true,
      payload: { restart: { scheduled: true } },
    });
    expect(await client.closed).toMatchObject({ code: 1012 });
    const { client: next } = await gateway.client();
    expect(await readConfig(gateway)).toMatchObject({ gateway: { auth: { token: gateway.token } }, plugins: { entries: {} } });
    expect((await stat(gateway.configPath)).mode & 0o777).toBe(0o600);
    expect((await next.request('5', 'config.get')).payload).toMatchObject({ valid: true });
    // What was applied is not taken over a second time when the file is seen to have changed.
    await delay(1_000);
    expect((await next.request('6', 'health')).ok).toBe(true);
  });
});

async function logOf({ stateDir }: TestGateway): Promise<string> {
  const names = await readdir(`${stateDir}/logs`);
  return `${stateDir}/logs/${names.sort().at(-1)}`;
}
