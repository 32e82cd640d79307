import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { listenTcp } from './support/tcp-server.ts';
import { afterTest, emptyWorld, newWorld, ROOT, type World } from './support/world.ts';

interface Status {
  verdict: string;
  exitCode: number;
  instance: { id: string };
  process: { pid: number } | null;
  probe: { rungs: { rung: string; ok: boolean }[] } | null;
  port: { status: string; listeners: { pid?: number }[] };
  rpc?: { ok: boolean; error?: string };
  config: { cli: { valid: boolean; issues?: { path: string; line: number }[] } };
  gateway: { port: number; probeUrl: string; configPath: string };
  siblings?: { id: string; verdict: string; pid: number | null }[];
  conflicts?: unknown[];
}

async function status(world: World, ...args: string[]): Promise<Status> {
  const result = await world.zero('--profile', 'main', 'gateway', 'status', '--json', ...args);
  const json = result.json<Status>();
  // A script may rely on either.
  expect(result.code).toBe(json.exitCode);
  return json;
}

describe('gateway status', () => {
  it('is healthy with every rung of the ladder, and keeps its facts apart', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const seen = await status(world);
    expect(seen).toMatchObject({
      verdict: 'healthy',
      exitCode: 0,
      instance: { id: 'zero/main' },
      process: { pid: gateway.running.pid },
      port: { status: 'busy', listeners: [{ pid: gateway.running.pid }] },
      rpc: { ok: true },
      gateway: { port: gateway.port, probeUrl: gateway.url, configPath: gateway.configPath },
    });
    expect(seen.probe?.rungs.map((r) => [r.rung, r.ok])).toEqual([
      ['tcp', true],
      ['http', true],
      ['challenge', true],
      ['hello', true],
      ['identity', true],
      ['rpc', true],
    ]);
  });

  it('is not-installed with exit 3 when nothing is there', async () => {
    const world = await emptyWorld();
    expect(await status(world)).toMatchObject({ verdict: 'not-installed', exitCode: 3, process: null, port: { status: 'free' } });
  });

  it('is unauthorized with exit 77 when the secret is wrong', async () => {
    const world = await newWorld();
    await startGateway(world);
    expect(await status(world, '--token', 'wrong-token')).toMatchObject({ verdict: 'unauthorized', exitCode: 77 });
  });

  it('is misconfigured with exit 78, line and path of each problem, when the config is broken', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    await writeFile(world.at('.zero-main/zero.json'), '{\n  gateway: {\n    port: "x",\n    mode: 3,\n  },\n}\n');
    const seen = await status(world);
    expect(seen).toMatchObject({ verdict: 'misconfigured', exitCode: 78, config: { cli: { valid: false } } });
    expect(seen.config.cli.issues).toEqual([
      expect.objectContaining({ path: 'gateway.mode', line: 4 }),
      expect.objectContaining({ path: 'gateway.port', line: 3 }),
    ]);
  });

  it('is degraded when a running gateway would not start again', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    await writeFile(gateway.configPath, `{ gateway: { mode: "local", auth: { token: "${gateway.token}" }, port: [] } }`);
    expect(await status(world)).toMatchObject({ verdict: 'degraded', exitCode: 69 });
  });

  it('is port-foreign when something that is no gateway holds the port', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    await listenTcp(world.firstPort, (socket) => socket.end('220 mail.example ESMTP\r\n'));
    expect(await status(world)).toMatchObject({ verdict: 'port-foreign', exitCode: 69, rpc: { ok: false } });
  });

  it('is wrong-instance when a gateway of another state directory answers', async () => {
    const world = await newWorld();
    const other = await startGateway(world, 'other');
    const setup = await world.run(world.command('--profile', 'main', 'setup', '--token', other.token, '--json'));
    const { configPath } = setup.json<{ instance: { configPath: string } }>().instance;
    const config = await readFile(configPath, 'utf8');
    await writeFile(configPath, config.replace(/"port": \d+/, `"port": ${other.port}`));
    expect(await status(world)).toMatchObject({ verdict: 'wrong-instance', exitCode: 69 });
  });

  it('is starting, then unresponsive, when its process accepts and does not answer', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    gateway.running.kill('SIGSTOP');
    afterTest(async () => gateway.running.kill('SIGCONT'));
    // Young as it is, it may still be starting: that is all that can be said.
    expect(await status(world, '--timeout', '800')).toMatchObject({ verdict: 'starting', exitCode: 75 });
  });

  it('does not connect with --no-probe, and does not claim what it did not see', async () => {
    const world = await newWorld();
    await startGateway(world);
    const seen = await status(world, '--no-probe');
    expect(seen).toMatchObject({ verdict: 'unknown', exitCode: 4, probe: null });
    expect(seen).not.toHaveProperty('rpc');
  });

  it('lists every other instance with --deep', async () => {
    const world = await newWorld();
    await startGateway(world, 'main');
    const rescue = await startGateway(world, 'rescue');
    await world.zero('--profile', 'spare', 'setup');
    const seen = await status(world, '--deep');
    expect(seen.siblings).toEqual([
      expect.objectContaining({ id: 'zero/rescue', verdict: 'healthy', pid: rescue.running.pid }),
      expect.objectContaining({ id: 'zero/spare', verdict: 'not-installed', pid: null }),
    ]);
    expect(seen.conflicts).toEqual([]);
  });

  it('finds a gateway that runs on another port than its config says', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const config = await readFile(gateway.configPath, 'utf8');
    await writeFile(gateway.configPath, config.replace(/"port": \d+/, `"port": ${gateway.port + 500}`));
    expect(await status(world)).toMatchObject({ verdict: 'healthy', gateway: { port: gateway.port } });
  });

  it('takes no password in --url, and does not repeat it', async () => {
    const world = await newWorld();
    for (const url of ['ws://user:hunter22@127.0.0.1:1', 'ws://hunter22@127.0.0.1:1']) {
      const refused = await world.zero('gateway', 'status', '--url', url, '--json');
      expect([refused.code, refused.json()]).toMatchObject([2, { error: { code: 'OPTION_INVALID' } }]);
      expect(refused.stdout + refused.stderr).not.toContain('hunter22');
    }
  });

  it('asks what --url names, and then does not claim which instance it is', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world, 'other');
    expect(await status(world, '--url', gateway.url, '--token', gateway.token)).toMatchObject({
      verdict: 'healthy',
      rpc: { ok: true },
    });
    // Without an explicit secret none goes there.
    await world.zero('--profile', 'main', 'setup', '--token', gateway.token);
    expect(await status(world, '--url', gateway.url)).toMatchObject({ verdict: 'unauthorized' });
  });

  it('tells of all others when one instance is of a product that nobody describes any more', async () => {
    const world = await newWorld();
    const { configPath, port } = await startGateway(world);
    const pack = JSON.parse(await readFile(`${ROOT}/templates/products/zero.json`, 'utf8')) as Record<string, unknown>;
    const file = world.at('mine.json');
    await writeFile(file, JSON.stringify({ ...pack, id: 'mine', stateDir: { default: '.mine', profile: '.mine-{profile}' } }));
    const made = await world.polygate('--product-file', file, '--product', 'mine', 'setup', '--json');
    expect(made.code, made.stdout).toBe(0);
    for (const args of [
      ['status', '--all', '--json'],
      ['profiles', 'list', '--json'],
    ]) {
      const seen = await world.zero(...args);
      expect(seen.json(), seen.stdout).toMatchObject({
        instances: [{ id: 'zero/main', configPath, ports: { gateway: port } }],
        warnings: [expect.stringContaining('mine/default')],
      });
    }
    expect((await world.zero('status', '--all')).code).toBe(4);
  });

  it('rests the verdict on the probe alone with --url, whatever is here, and says so', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const nowhere = `ws://127.0.0.1:${world.firstPort + 700}`;
    const seen = await status(world, '--url', nowhere);
    // What runs here is shown, and does not count.
    expect(seen).toMatchObject({
      ...{ verdict: 'stopped', exitCode: 3, reason: `nothing listens at ${nowhere}` },
      process: { pid: gateway.running.pid },
      gateway: { probeUrl: nowhere, probeNote: expect.stringContaining('this address alone') },
    });
    const text = await world.zero('--profile', 'main', 'gateway', 'status', '--url', nowhere);
    expect(text.stdout).toContain(`${nowhere} (--url: the verdict is about this address alone)`);
    expect(text.stdout).not.toContain('gateway start');
    await writeFile(gateway.configPath, '{ broken');
    expect(await status(world, '--url', gateway.url, '--token', gateway.token)).toMatchObject({
      verdict: 'healthy',
      exitCode: 0,
    });
  });
});
