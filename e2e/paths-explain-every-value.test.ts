import { mkdir, symlink, writeFile } from 'node:fs/promises';
import type { Finished } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { newWorld, type World } from './support/world.ts';

interface Value {
  value: string | number | null;
  origin: string;
  source: string;
  overridden?: Omit<Value, 'overridden'>[];
}
interface Paths {
  instance: { id: string; service: { name: string } };
  values: Record<string, Value>;
  dropped: { variable: string; reason: string }[];
}

const paths = (world: World, args: string[], env: Record<string, string> = {}): Promise<Finished> =>
  world.run(world.command(...args, 'paths', '--json'), env);
const shown = async (world: World, args: string[], env: Record<string, string> = {}): Promise<Paths> => {
  const ran = await paths(world, args, env);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return ran.json<Paths>();
};

describe('paths', () => {
  it('takes a profile of the environment wholly: state, config, workspace and service are of one name', async () => {
    const world = await newWorld();
    const { instance, values } = await shown(world, [], { ZERO_PROFILE: 'main' });
    expect([instance.id, instance.service.name]).toEqual(['zero/main', 'zero-gateway-main']);
    for (const [name, value] of Object.entries({
      profile: 'main',
      stateDir: world.at('.zero-main'),
      configPath: world.at('.zero-main/zero.json'),
      workspace: world.at('zero-main'),
      service: 'zero-gateway-main',
    }))
      expect(values[name], name).toMatchObject({ value, origin: 'env', source: 'ZERO_PROFILE' });
  });

  it.each([
    [{ ZERO_STATE_DIR: '~/.zero-main' }],
    [{ ZERO_CONFIG_PATH: '~/.zero-main/zero.json' }],
    [{ ZERO_STATE_DIR: '~/.zero-main', ZERO_CONFIG_PATH: '~/.zero-main/zero.json', ZERO_GATEWAY_PORT: '19050' }],
    [{ ZERO_STATE_DIR: '/srv/x', ZERO_CONFIG_PATH: '/srv/y.json', ZERO_PROFILE: 'main' }],
  ])('never shows a variable as overriding itself: %j', async (env) => {
    const { values } = await shown(await newWorld(), [], env as unknown as Record<string, string>);
    for (const [name, { source, overridden = [] }] of Object.entries(values)) {
      const sources = [source, ...overridden.map((o) => o.source)];
      expect(new Set(sources).size, `${name}: ${sources}`).toBe(sources.length);
    }
  });

  it('tells what named the product and the home directory', async () => {
    const world = await newWorld();
    expect((await shown(world, [])).values).toMatchObject({
      product: { value: 'zero', origin: 'product', source: 'the command zero' },
      home: { value: world.home, origin: 'env', source: 'HOME' },
    });
    expect((await shown(world, ['--product', 'openclaw'])).values.product).toMatchObject({ origin: 'flag', source: '--product' });
    const env = { POLYGATE_HOME: world.at('trial') };
    expect((await shown(world, [], env)).values.home).toMatchObject({ value: world.at('trial'), source: 'POLYGATE_HOME' });
  });

  it('finds a profile that was set up elsewhere by its name alone', async () => {
    const world = await newWorld();
    const env = { ZERO_STATE_DIR: world.at('srv/work'), ZERO_CONFIG_PATH: world.at('srv/work.json') };
    expect((await world.run(world.command('--profile', 'work', 'setup'), env)).code).toBe(0);
    const { values } = await shown(world, ['--profile', 'work']);
    expect(values).toMatchObject({
      stateDir: { value: world.at('srv/work'), origin: 'ledger', source: 'zero/work' },
      configPath: { value: world.at('srv/work.json'), origin: 'ledger' },
    });
    expect((await world.zero('--profile', 'work', 'setup', '--json')).json()).toMatchObject({ ok: true, result: 'unchanged' });
  });

  it('sees through a symlink to another profile’s directory, and refuses it with both names', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'rescue', 'setup');
    await symlink(world.at('.zero-rescue'), world.at('link'));
    const env = { ZERO_STATE_DIR: world.at('link') };
    const refused = await paths(world, [], { ...env, ZERO_PROFILE: 'main' });
    expect([refused.code, refused.json<{ error: { code: string } }>().error.code]).toEqual([78, 'INSTANCE_SPLIT']);
    expect((await shown(world, ['--profile', 'main'], env)).dropped).toMatchObject([
      { variable: 'ZERO_STATE_DIR', reason: 'it is the path of profile rescue' },
    ]);
    expect((await shown(world, [], env)).values.profile).toMatchObject({ value: 'rescue', origin: 'env' });
  });

  it('leaves out, and names, what the service of another product handed down', async () => {
    const world = await newWorld();
    const env = { CLAWDBOT_SERVICE_MARKER: 'moltbot', CLAWDBOT_PROFILE: 'main', CLAWDBOT_STATE_DIR: world.at('x') };
    const { instance, dropped } = await shown(world, ['--product', 'clawdbot'], env);
    expect(instance.id).toBe('clawdbot/default');
    expect(dropped.map(({ variable }) => variable)).toEqual(['CLAWDBOT_PROFILE', 'CLAWDBOT_STATE_DIR']);
  });

  it('says that a config does not count when it cannot be read', async () => {
    const world = await newWorld();
    await mkdir(world.at('.zero'));
    await writeFile(world.at('.zero/zero.json'), '{ gateway: ');
    const text = await world.zero('paths');
    expect(text.stdout).toContain(`ignored: ${world.at('.zero/zero.json')}: is not valid JSON5`);
  });
});
