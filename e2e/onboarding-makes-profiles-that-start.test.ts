import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWorld, ROOT } from './support/world.ts';

interface Setup {
  ok: boolean;
  result: string;
  instance: {
    id: string;
    stateDir: string;
    configPath: string;
    workspace: string;
    ports: { gateway: number; browserControl: number; canvas: number | null };
    program: string;
  };
  changes: string[];
}

describe('setup and onboard', () => {
  it('make a private profile with its own port, token and workspace, and change nothing the second time', async () => {
    const world = await newWorld();
    const first = (await world.zero('--profile', 'rescue', 'setup', '--json')).json<Setup>();
    expect(first).toMatchObject({
      ok: true,
      result: 'created',
      instance: {
        id: 'zero/rescue',
        stateDir: world.at('.zero-rescue'),
        configPath: world.at('.zero-rescue/zero.json'),
        workspace: world.at('zero-rescue'),
        ports: { gateway: world.firstPort, browserControl: world.firstPort + 2, canvas: world.firstPort + 4 },
        program: 'reference',
      },
    });
    expect((await stat(world.at('.zero-rescue'))).mode & 0o777).toBe(0o700);
    expect((await stat(world.at('.zero-rescue/zero.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(world.at('zero-rescue/AGENTS.md'), 'utf8')).toContain('# This workspace');
    const before = await readFile(first.instance.configPath, 'utf8');
    expect((await world.zero('--profile', 'rescue', 'setup', '--json')).json()).toMatchObject({
      result: 'unchanged',
      changes: [],
    });
    expect(await readFile(first.instance.configPath, 'utf8')).toBe(before);
  });

  it('give the second profile a base port 1000 further, as the documents of the family advise', async () => {
    const world = await newWorld();
    const port = async (profile: string) =>
      (await world.zero('--profile', profile, 'onboard', '--non-interactive', '--json')).json<Setup>().instance.ports.gateway;
    expect(await port('main')).toBe(world.firstPort);
    expect(await port('rescue')).toBe(world.firstPort + 1000);
    expect(await port('third')).toBe(world.firstPort + 2000 < 32_000 ? world.firstPort + 2000 : expect.any(Number));
  });

  it('give every one of several that run at once a port of its own', async () => {
    const world = await newWorld();
    const all = await Promise.all(
      Array.from({ length: 6 }, (_, i) => world.zero('--profile', `p${i}`, 'onboard', '--non-interactive', '--json')),
    );
    const ports = all.map((one) => one.json<Setup>().instance.ports.gateway).sort((a, b) => a - b);
    expect(ports.every((port, i) => i === 0 || port - (ports[i - 1] as number) >= 111)).toBe(true);
  });

  it('add only what an existing config lacks and keep its comments', async () => {
    const world = await newWorld();
    await world.zero('setup');
    const file = world.at('.zero/zero.json');
    await writeFile(file, `// tuned by hand\n{\n  gateway: { port: ${world.firstPort + 7}, /* odd */ },\n}\n`);
    expect((await world.zero('setup', '--json')).json()).toMatchObject({ result: 'completed' });
    const text = await readFile(file, 'utf8');
    expect(text).toContain('// tuned by hand');
    expect(text).toContain('/* odd */');
    expect(text).toContain(`port: ${world.firstPort + 7}`);
    await world.start('gateway').readUntil(/listening on/);
  });

  it('accept the flags of the family and answer in its shape', async () => {
    const world = await newWorld();
    const args = [
      '--accept-risk',
      '--mode',
      'local',
      '--auth-choice',
      'skip',
      '--gateway-bind',
      'loopback',
      '--gateway-auth',
      'token',
      '--gateway-token',
      'my-own-token',
    ];
    const skips = ['--skip-channels', '--skip-daemon', '--skip-health', '--skip-ui', '--skip-skills', '--json'];
    const done = await world.zero(
      '--profile',
      'rescue',
      'onboard',
      '--non-interactive',
      '--gateway-port',
      String(world.firstPort + 50),
      ...args,
      ...skips,
    );
    expect(done.json()).toMatchObject({
      ok: true,
      mode: 'local',
      workspace: world.at('zero-rescue'),
      authChoice: 'skip',
      gateway: { port: world.firstPort + 50, bind: 'loopback', authMode: 'token', tailscaleMode: 'off' },
      installDaemon: false,
      skipHealth: true,
    });
    expect(done.stdout).not.toContain('my-own-token');
  });

  it('write the least that is needed when a gateway is started where no config is, and say so', async () => {
    const world = await newWorld();
    const gateway = world.start('--profile', 'quick', 'gateway', '--port', String(world.firstPort + 300));
    await gateway.readUntil(/listening on/);
    expect(gateway.stderr).toContain('wrote one with mode local and a new token');
    expect(JSON.parse(await readFile(world.at('.zero-quick/zero.json'), 'utf8'))).toMatchObject({
      gateway: { mode: 'local', port: world.firstPort + 300, bind: 'loopback' },
    });
  });

  it('keep the dev profile to its own five defaults', async () => {
    const world = await newWorld();
    const { values } = (await world.run(world.command('--dev', 'paths', '--json'))).json<{
      values: Record<string, { value: unknown }>;
    }>();
    expect(
      Object.fromEntries(
        ['stateDir', 'configPath', 'ports.gateway', 'ports.browserControl', 'ports.canvas', 'workspace'].map((k) => [
          k,
          values[k]?.value,
        ]),
      ),
    ).toEqual({
      stateDir: world.at('.zero-dev'),
      configPath: world.at('.zero-dev/zero.json'),
      'ports.gateway': 19_001,
      'ports.browserControl': 19_003,
      'ports.canvas': 19_005,
      workspace: world.at('zero-dev'),
    });
  });
});

describe('the command', () => {
  it('means the product whose name it was called by, also through a link', async () => {
    const world = await newWorld();
    const bin = path.join(ROOT, 'packages/cli/bin/polygate.cjs');
    await symlink(bin, world.at('ws-agent'));
    const product = async (argv: string[], env = {}) =>
      (await world.run([process.execPath, ...argv, 'paths', '--json'], env)).json<{ instance: { product: string } }>().instance
        .product;
    expect(await product([bin])).toBe('zero');
    expect(await product([bin], { POLYGATE_PRODUCT: 'openclaw' })).toBe('openclaw');
    expect(await product([world.at('ws-agent')])).toBe('ws-agent');
    expect(await product([world.at('ws-agent'), '--product', 'moltbot'])).toBe('moltbot');
  });

  it("takes a product of the user's own from a file", async () => {
    const world = await newWorld();
    const pack = JSON.parse(await readFile(path.join(ROOT, 'templates/products/openclaw.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    await writeFile(
      world.at('my.json'),
      JSON.stringify({ ...pack, id: 'mine', command: 'mine', stateDir: { default: '.mine', profile: '.mine-{profile}' } }),
    );
    const paths = await world.polygate(
      '--product',
      'mine',
      '--product-file',
      world.at('my.json'),
      '--profile',
      'x',
      'paths',
      '--json',
    );
    expect(paths.json()).toMatchObject({ instance: { id: 'mine/x', stateDir: world.at('.mine-x') } });
    await writeFile(world.at('my.json'), JSON.stringify({ ...pack, id: 'Mine!', ports: { base: 'x' } }));
    const bad = await world.polygate('--product', 'mine', '--product-file', world.at('my.json'), 'paths', '--json');
    expect(bad.code).toBe(78);
    const { error } = bad.json<{ error: { code: string; details: { issues: { path: string }[] } } }>();
    expect(error.code).toBe('PRODUCT_PACK_INVALID');
    expect(error.details.issues.map((i) => i.path)).toEqual(expect.arrayContaining(['id', 'ports.base']));
  });
});
