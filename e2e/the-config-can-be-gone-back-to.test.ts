import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { psOf, worldOf } from './support/supervised.ts';
import { newWorld, type World } from './support/world.ts';

interface History {
  good: { number: number; hash: string; present: boolean; file: string }[];
}

const main = (world: World, ...args: string[]) => world.zero('--profile', 'main', ...args);
const listed = async (world: World) => (await main(world, 'config', 'rollback', '--list', '--json')).json<History>().good;

/** Waits until the gateway has taken note of so many good configs. */
async function untilGood(world: World, count: number): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await delay(100)) if ((await listed(world)).length === count) return;
  throw new Error(`there are ${(await listed(world)).length} good configs`);
}

const portOf = async ({ configPath }: TestGateway) =>
  (JSON.parse(await readFile(configPath, 'utf8')) as { ui?: { n?: number } }).ui?.n;

describe('the config of an instance', () => {
  it('is shown without its secrets, as a whole or by key, and checked with lines', async () => {
    const world = await newWorld();
    const { token, configPath, port } = await startGateway(world);
    const whole = await main(world, 'config', 'get', '--json');
    expect(whole.json()).toMatchObject({
      exists: true,
      valid: true,
      config: { gateway: { port, auth: { token: '__REDACTED__' } } },
    });
    expect(whole.stdout + (await main(world, 'config', 'get')).stdout).not.toContain(token);
    expect((await main(world, 'config', 'get', 'gateway.port')).stdout).toBe(`${port}\n`);
    expect((await main(world, 'config', 'get', 'gateway.prot', '--json')).json()).toMatchObject({
      error: { code: 'CONFIG_KEY_UNKNOWN' },
    });
    expect((await main(world, 'config', 'validate')).code).toBe(0);
    await writeFile(configPath, '{\n  gateway: { mode: "lokal" },\n}\n');
    const checked = await main(world, 'config', 'validate', '--json');
    expect(checked.code).toBe(78);
    expect(checked.json()).toMatchObject({ valid: false, issues: [{ path: 'gateway.mode', line: 2 }] });
    expect((await main(world, 'config', 'validate')).stdout).toContain('2:20 gateway.mode must be one of');
  });

  it('is changed by key: what is not valid is refused, and a gateway that runs follows', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const set = (...args: string[]) => main(world, 'config', 'set', ...args);
    expect((await set('logging.level', 'debug', '--json')).json()).toMatchObject({ action: 'set', key: 'logging.level' });
    await gateway.running.readUntil(/taken over: logging\.level/);
    expect((await set('logging.level', 'debug', '--json')).json()).toMatchObject({ action: 'unchanged' });
    expect((await set('logging.level', 'loud', '--json')).json()).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
    expect((await set('agents.list', '[{ id: "a" }]', '--json')).code).toBe(0);
    expect((await set('agents.list.0.id', 'x', '--json')).json()).toMatchObject({ error: { code: 'OPTION_INVALID' } });
    expect((await set('logging', 'null', '--json')).json()).toMatchObject({ action: 'unset' });
    expect(await readFile(gateway.configPath, 'utf8')).not.toContain('logging');
  });

  it('goes back to what the gateway was well with: the last, or one by its number', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    await untilGood(world, 1);
    for (let n = 1; n <= 6; n += 1) {
      await main(world, 'config', 'set', 'ui.n', String(n));
      await untilGood(world, Math.min(n + 1, 5));
      for (const end = Date.now() + 20_000; !(await listed(world))[0]?.present && Date.now() < end; ) await delay(50);
    }
    expect((await listed(world)).map(({ number, present }) => [number, present])).toEqual([
      [1, true],
      [2, false],
      [3, false],
      [4, false],
      [5, false],
    ]);
    const back = await main(world, 'config', 'rollback', '--json');
    expect(back.json()).toMatchObject({ action: 'rolled-back', backup: `${gateway.configPath}.bak` });
    expect(await portOf(gateway)).toBe(5);
    expect(await readFile(`${gateway.configPath}.bak`, 'utf8')).toContain('6');
    for (const end = Date.now() + 20_000; !(await listed(world))[0]?.present && Date.now() < end; ) await delay(50);
    // The family's place for it.
    expect((await main(world, 'gateway', 'config', 'rollback', '5', '--json')).code).toBe(0);
    expect(await portOf(gateway)).toBe(2);
    expect((await main(world, 'config', 'rollback', '9', '--json')).json()).toMatchObject({ error: { code: 'NO_GOOD_CONFIG' } });
    expect((await main(world, 'config', 'rollback', 'x', '--json')).json()).toMatchObject({ error: { code: 'OPTION_INVALID' } });
  });
});

describe('rescue', () => {
  it('says nothing is to be done of what is well, and goes back from a config that a running gateway refuses', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    await untilGood(world, 1);
    await main(world, 'config', 'set', 'ui.n', '1');
    await untilGood(world, 2);
    const good = await readFile(gateway.configPath, 'utf8');
    const rescue = (...args: string[]) => world.zero('--profile', 'rescue', 'rescue', 'main', ...args);
    expect((await rescue('--json')).json()).toMatchObject({ verdict: 'healthy', proposals: [] });
    expect((await rescue()).stdout).toContain('Nothing is to be done.');

    await writeFile(gateway.configPath, good.replace('"local"', '"lokal"'));
    await gateway.running.readUntil(/zero\.json is refused/);
    const found = await rescue('--json');
    expect(found.code).toBe(69);
    expect(found.json()).toMatchObject({
      config: { valid: false, issues: [{ path: 'gateway.mode' }], refused: [{ path: 'gateway.mode' }] },
      proposals: [{ action: 'rollback', command: 'zero --product zero --profile main config rollback' }],
    });
    const fixed = await rescue('--fix', '--json');
    expect(fixed.code).toBe(0);
    expect(fixed.json()).toMatchObject({
      done: [expect.stringContaining('went back')],
      after: { verdict: 'healthy', proposals: [] },
    });
    expect(await readFile(gateway.configPath, 'utf8')).toBe(good);
    expect(await readFile(`${gateway.configPath}.bak`, 'utf8')).toContain('lokal');
  });

  it('puts a stopped one right as far as it can, and says what is left to a person', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    await untilGood(world, 1);
    await gateway.running.stop();
    await writeFile(gateway.configPath, '{');
    const fixed = await world.zero('--profile', 'rescue', 'rescue', 'main', '--fix', '--json');
    expect(fixed.code).toBe(3);
    expect(fixed.json()).toMatchObject({
      proposals: [{ action: 'rollback' }, { action: 'by-hand', command: 'zero --product zero --profile main gateway' }],
      done: [expect.stringContaining('went back')],
      after: { verdict: 'not-installed' },
    });
    expect((await world.zero('rescue', 'nobody', '--json')).json()).toMatchObject({ error: { code: 'PROFILE_UNKNOWN' } });
  });

  it('puts one right that the supervisor gave up: the config that it was well with, and a start', async () => {
    const world = await worldOf('main');
    const configPath = world.at('.zero-main/zero.json');
    const up = world.start('up', 'main');
    await up.readUntil(/zero\/main is ready/);
    await untilGood(world, 1);
    const good = await readFile(configPath, 'utf8');
    const bad = good.replace('"local"', '"lokal"');
    const dieWith = async (text: string) => {
      await writeFile(configPath, text);
      process.kill((await psOf(world, 'zero/main')).pid as number, 'SIGKILL');
    };
    // The first time it goes back by itself; the same one again is meant.
    await dieWith(bad);
    await up.readUntil(/zero\/main is ready[\s\S]*zero\/main is ready/);
    expect(await readFile(configPath, 'utf8')).toBe(good);
    await dieWith(bad);
    await up.readUntil(/zero\/main is parked: it ended with a fatal configuration error \(78\)/);

    const found = await world.zero('rescue', 'main', '--json');
    expect(found.code).toBe(78);
    expect(found.json()).toMatchObject({
      verdict: 'misconfigured',
      deaths: expect.arrayContaining([expect.objectContaining({ code: 78 })]),
      proposals: [{ action: 'rollback' }, { action: 'restart' }],
    });
    const fixed = await world.zero('rescue', 'main', '--fix', '--json');
    expect(fixed.json()).toMatchObject({
      done: [expect.stringContaining('went back'), 'the supervisor started it again'],
      after: { verdict: 'healthy', proposals: [] },
    });
    expect([fixed.code, await readFile(configPath, 'utf8')]).toEqual([0, good]);
    expect(await psOf(world, 'zero/main')).toMatchObject({ verdict: 'healthy' });
  }, 60_000);
});
