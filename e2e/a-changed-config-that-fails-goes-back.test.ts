import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { listenTcp } from './support/tcp-server.ts';
import { newWorld, type World } from './support/world.ts';

interface Status {
  verdict: string;
  config: { lastGood?: { hash: string; file: string }; wentBack?: { reason: string; rejected: string; hash: string } };
}

const statusOf = async (world: World) => (await world.zero('--profile', 'main', 'gateway', 'status', '--json')).json<Status>();
const history = async ({ stateDir }: TestGateway) =>
  (await readdir(`${stateDir}/config-history`)).filter((n) => n.endsWith('.json5'));

/** A gateway that was well with its config and is stopped again. */
async function wasWell(world: World): Promise<TestGateway & { good: string }> {
  const gateway = await startGateway(world);
  await untilKept(gateway);
  await gateway.running.stop();
  return { ...gateway, good: await readFile(gateway.configPath, 'utf8') };
}

async function untilKept(gateway: TestGateway, count = 1): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 30)))
    if ((await history(gateway).catch(() => [])).length === count) return;
  throw new Error('the config was not taken note of');
}

describe('a gateway whose changed config does not come up', () => {
  it.each([
    ['an edit that makes no sense', (text: string) => text.replace('"local"', '"lokal"'), /gateway\.mode: must be one of/],
    ['broken syntax', () => '{', /is not valid JSON5/],
    ['a secret that is gone', () => '{ "gateway": { "mode": "local" } }', /no token or password is set/],
  ])('goes back to its last good one once, and says so: %s', async (_, edit, reason) => {
    const world = await newWorld();
    const { configPath, good, stateDir } = await wasWell(world);
    const bad = edit(good);
    await writeFile(configPath, bad);
    const running = world.start('--profile', 'main', 'gateway');
    await running.readUntil(/listening on ws:\/\//);
    await running.readUntil(/went back to the last good one/);
    expect(running.stderr).toMatch(reason);
    expect(await readFile(configPath, 'utf8')).toBe(good);
    const status = await statusOf(world);
    expect(status).toMatchObject({ verdict: 'healthy', config: { wentBack: { reason: expect.stringMatching(reason) } } });
    const { rejected } = status.config.wentBack as { rejected: string };
    expect(path.dirname(rejected)).toBe(stateDir);
    expect(await readFile(rejected, 'utf8')).toBe(bad);
    expect((await stat(rejected)).mode & 0o777).toBe(0o600);
    expect((await world.zero('--profile', 'main', 'gateway', 'status')).stdout).toContain(`The changed one: ${rejected}`);
    await running.stop();

    // The same one put back by its owner is meant: it is told what is wrong with it, and nothing is changed again.
    await writeFile(configPath, bad);
    const again = await world.zero('--profile', 'main', 'gateway');
    expect(again.code).toBe(78);
    expect(await readFile(configPath, 'utf8')).toBe(bad);
  });

  it('goes back from a port that somebody else has, but not when the port is not what changed', async () => {
    const world = await newWorld();
    const { configPath, good, port } = await wasWell(world);
    const taken = port + 1;
    await listenTcp(taken, () => {});
    await writeFile(configPath, good.replace(String(port), String(taken)));
    const running = world.start('--profile', 'main', 'gateway');
    await running.readUntil(/listening on ws:\/\//);
    expect(running.stdout).toContain(`:${port} `);
    expect((await statusOf(world)).config.wentBack?.reason).toContain(`port ${taken} is in use`);
    await running.stop();

    await listenTcp(port, () => {});
    const changed = good.replace('"loopback"', '"loopback" ');
    await writeFile(configPath, changed);
    const refused = await world.zero('--profile', 'main', 'gateway');
    expect(refused.stderr).toContain(`port ${port} is in use`);
    expect(await readFile(configPath, 'utf8')).toBe(changed);
  });

  it('is as before when it was never well: nothing to go back to', async () => {
    const world = await newWorld();
    const { instance } = (await world.zero('--profile', 'main', 'setup', '--json')).json<{ instance: { configPath: string } }>();
    await writeFile(instance.configPath, '{');
    expect((await world.zero('--profile', 'main', 'gateway')).code).toBe(78);
    expect(await readFile(instance.configPath, 'utf8')).toBe('{');
  });
});
