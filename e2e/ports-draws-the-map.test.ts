import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { listenTcp } from './support/tcp-server.ts';
import { newWorld, type World } from './support/world.ts';

interface Finding {
  level: string;
  code: string;
  instance: string;
  port?: number;
  other?: string;
}
interface PortsJson {
  ok: boolean;
  instances: {
    id: string;
    ports: { gateway: number; browserControl: number; canvas: number | null; cdp: { first: number; last: number } };
    origins: { gateway: { origin: string; source: string }; canvas: { origin: string; source: string } };
    pid: number | null;
    listeners: { port: number; pid: number; command: string; own: boolean; use: string }[];
  }[];
  findings: Finding[];
}

const ports = async (world: World) => (await world.polygate('ports', '--json')).json<PortsJson>();
const setup = (world: World, profile: string, base: number) =>
  world.zero('--profile', profile, 'setup', '--port', String(base), '--json');
const configOf = (world: World, profile: string) => world.at(`.zero-${profile}`, 'zero.json');
/** Sets a key of a profile's config by hand. */
async function edit(world: World, profile: string, change: (config: Record<string, object>) => void): Promise<void> {
  const config = JSON.parse(await readFile(configOf(world, profile), 'utf8')) as Record<string, object>;
  change(config);
  await writeFile(configOf(world, profile), JSON.stringify(config));
}

describe('ports', () => {
  it('shows every instance of every product, what set its ports, and who listens', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world, 'main', '--verbose');
    await gateway.running.readUntil(/browser control on/);
    await world.polygate('--product', 'openclaw', '--profile', 'rescue', 'setup');
    await edit(world, 'main', (config) => Object.assign(config, { canvasHost: { port: world.firstPort + 400 } }));
    const listening = async () => (await ports(world)).instances.flatMap(({ listeners }) => listeners.map(({ port }) => port));
    // The gateway moves its canvas by itself.
    await expect.poll(listening, { timeout: 30_000 }).toEqual([gateway.port, gateway.port + 2, world.firstPort + 400]);
    const { instances, findings } = await ports(world);
    expect(instances.map(({ id }) => id)).toEqual(['openclaw/rescue', 'zero/main']);
    const [openclaw, zero] = instances;
    expect(openclaw?.ports).toMatchObject({ gateway: world.firstPort + 1000, canvas: null });
    expect(zero?.ports).toMatchObject({ gateway: gateway.port, canvas: world.firstPort + 400 });
    expect(zero?.origins).toMatchObject({
      gateway: { origin: 'config', source: 'gateway.port' },
      canvas: { origin: 'config', source: 'canvasHost.port' },
    });
    expect(zero?.pid).toBe(gateway.running.pid);
    const own = { pid: gateway.running.pid, own: true };
    expect(zero?.listeners).toEqual([
      expect.objectContaining({ ...own, port: gateway.port, use: 'gateway' }),
      expect.objectContaining({ ...own, port: gateway.port + 2, use: 'browser control' }),
      expect.objectContaining({ ...own, port: world.firstPort + 400, use: 'canvas' }),
    ]);
    expect(openclaw?.listeners).toEqual([]);
    expect(findings).toEqual([]);
    const { stdout } = await world.polygate('ports');
    expect(stdout).toMatch(new RegExp(`zero/main +${gateway.port} .*pid ${gateway.running.pid} \\(its gateway\\)`));
  });

  it('names a stranger on a port of an instance, with its pid', async () => {
    const world = await newWorld();
    await setup(world, 'main', world.firstPort);
    await listenTcp(world.firstPort + 2, () => undefined);
    const { instances, findings } = await ports(world);
    expect(instances[0]?.listeners).toEqual([
      expect.objectContaining({ port: world.firstPort + 2, pid: process.pid, own: false, use: 'browser control' }),
    ]);
    expect(findings).toEqual([
      expect.objectContaining({ code: 'port-listened-on', message: expect.stringContaining(`pid ${process.pid}`) }),
    ]);
  });

  it('still shows an instance whose base is too high or whose config is broken', async () => {
    const world = await newWorld();
    await setup(world, 'high', world.firstPort);
    await setup(world, 'broken', world.firstPort + 1000);
    await edit(world, 'high', (config) => Object.assign(config, { gateway: { mode: 'local', port: 65_500 } }));
    await writeFile(configOf(world, 'broken'), '{ gateway: ');
    const { instances, findings } = await ports(world);
    expect(instances.map(({ id, ports: p }) => [id, p.gateway])).toEqual([
      ['zero/broken', world.firstPort + 1000],
      ['zero/high', 65_500],
    ]);
    expect(findings[0]).toMatchObject({ level: 'conflict', code: 'base-too-high', instance: 'zero/high' });
    // Only who looks may: nothing starts there, and nothing is moved onto the ports of somebody else.
    expect((await world.zero('--profile', 'high', 'gateway', '--json')).json()).toMatchObject({
      error: { code: 'CONFIG_INVALID', message: expect.stringContaining('gateway.port') },
    });
    expect((await world.zero('--profile', 'high', 'paths', '--json')).json()).toMatchObject({
      values: { 'ports.gateway': { value: 65_500 } },
    });
    const status = await world.zero('--profile', 'high', 'gateway', 'status', '--json');
    expect([status.code, status.json().verdict]).toEqual([78, 'misconfigured']);
    // And with a base that exists it is well again.
    expect((await setup(world, 'high', world.firstPort + 2000)).code).toBe(0);
  });
});

describe('ports check', () => {
  it('exits with 0 where all is clear, and with 1 on a conflict that somebody made by hand', async () => {
    const world = await newWorld();
    const base = world.firstPort;
    await setup(world, 'main', base);
    await setup(world, 'rescue', base + 1000);
    expect((await world.zero('ports', 'check', '--json')).json()).toMatchObject({
      ...{ ok: true, clear: true, conflict: false },
      checked: ['zero/main', 'zero/rescue'],
    });
    await edit(world, 'rescue', (config) => Object.assign(config['gateway'] ?? {}, { port: base + 2 }));
    const clash = await world.zero('ports', 'check', '--json');
    expect(clash.code).toBe(1);
    expect(clash.json<{ findings: Finding[] }>().findings.map((f) => `${f.instance} ${f.port} ${f.other}`)).toEqual([
      `zero/main ${base + 2} zero/rescue`,
      `zero/main ${base + 4} zero/rescue`,
    ]);
    expect((await world.zero('ports', 'check', 'rescue')).code).toBe(1);
    expect((await world.zero('ports', 'check', 'zero/nosuch', '--json')).json()).toMatchObject({
      error: { code: 'PROFILE_UNKNOWN' },
    });
  });

  it('tells beforehand what a base would meet, for a profile that is not there yet', async () => {
    const world = await newWorld();
    const base = world.firstPort;
    await setup(world, 'main', base);
    const check = (port: number) => world.zero('--profile', 'new', 'ports', 'check', '--port', String(port), '--json');
    const twenty = await check(base + 20);
    expect(twenty.code).toBe(0);
    expect(twenty.json<{ findings: Finding[] }>().findings.map(({ code }) => code)).toEqual(['port-in-band', 'bands-overlap']);
    expect((await check(base + 4)).code).toBe(1);
    expect((await check(base + 111)).json()).toMatchObject({ clear: true });
    expect((await check(65_426)).json()).toMatchObject({ error: { code: 'PORT_OUT_OF_RANGE' } });
  });

  it('says the same as setup, which refuses the conflict and prints the warning', async () => {
    const world = await newWorld();
    await setup(world, 'main', world.firstPort);
    expect((await setup(world, 'new', world.firstPort + 4)).json()).toMatchObject({ error: { code: 'PORT_CONFLICT' } });
    await setup(world, 'twice', world.firstPort + 1000);
    await edit(world, 'twice', (config) => Object.assign(config, { canvasHost: { port: world.firstPort + 1002 } }));
    expect((await world.zero('--profile', 'twice', 'setup', '--json')).json()).toMatchObject({
      error: { code: 'PORT_CONFLICT', details: { owner: 'zero/twice', ownerUse: 'the browser control port' } },
    });
    const near = await setup(world, 'new', world.firstPort + 20);
    expect(near.code).toBe(0);
    const warning = expect.stringMatching(/zero\/new: .* zero\/main.*20 apart keeps only the fixed ports apart/);
    expect(near.json<{ warnings: string[] }>().warnings).toContainEqual(warning);
    expect(near.stderr).toEqual(warning);
  });
});

describe('ports suggest', () => {
  it('prints one port that is clear, without leasing it', async () => {
    const world = await newWorld();
    await setup(world, 'main', world.firstPort);
    const [first, second] = [await world.zero('ports', 'suggest'), await world.zero('ports', 'suggest')];
    expect(first.stdout).toBe(`${world.firstPort + 1000}\n`);
    expect(second.stdout).toBe(first.stdout);
    expect((await world.zero('--profile', 'n', 'ports', 'check', '--port', first.stdout.trim(), '--json')).json()).toMatchObject({
      clear: true,
    });
    const openclaw = await world.polygate('--product', 'openclaw', 'ports', 'suggest', '--json');
    expect(openclaw.json()).toMatchObject({ product: 'openclaw', ports: { canvas: null } });
  });
});

describe('ports free', () => {
  it('frees what an instance that is gone still held, and takes nothing from one that is there', async () => {
    const world = await newWorld();
    const base = world.firstPort;
    await setup(world, 'main', base);
    await setup(world, 'old', base + 1000);
    for (const what of [String(base + 2), 'main']) {
      const refused = await world.zero('ports', 'free', what, '--json');
      expect(refused.code).toBe(1);
      expect(refused.json()).toMatchObject({ error: { code: 'PORT_LEASED', message: expect.stringContaining('zero/main') } });
    }
    await rm(world.at('.zero-old'), { recursive: true });
    expect((await ports(world)).findings).toEqual([expect.objectContaining({ code: 'instance-gone', instance: 'zero/old' })]);
    const freed = (await world.zero('ports', 'free', String(base + 1000), '--json')).json<{ freed: { port: number }[] }>();
    expect(freed.freed.map(({ port }) => port)).toEqual([base + 1000, base + 1002, base + 1004]);
    expect((await ports(world)).instances.map(({ id }) => id)).toEqual(['zero/main']);
    expect((await world.zero('ports', 'suggest')).stdout.trim()).toBe(String(base + 1000));
    expect((await world.zero('ports', 'free', String(base + 1000), '--json')).json()).toMatchObject({ freed: [] });
  });

  it('takes no port from a gateway that still listens though its directory is gone', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    // What it writes soon after its start would bring the directory back.
    await expect.poll(() => readdir(world.at('.zero-main/config-history')), { timeout: 30_000 }).not.toEqual([]);
    await rm(world.at('.zero-main'), { recursive: true, maxRetries: 10 });
    const { findings } = await ports(world);
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'instance-gone-and-running',
        message: expect.stringContaining(`pid ${gateway.running.pid}`),
      }),
    ]);
    for (const what of [String(gateway.port), 'main']) {
      const refused = await world.zero('ports', 'free', what, '--json');
      expect([refused.code, refused.json()]).toMatchObject([
        1,
        { error: { code: 'PORT_LEASED', hint: expect.stringContaining(`kill ${gateway.running.pid}`) } },
      ]);
    }
    await gateway.running.stop();
    const freed = (await world.zero('ports', 'free', 'main', '--json')).json<{ freed: { port: number }[] }>();
    expect(freed.freed.map(({ port }) => port)).toContain(gateway.port);
  });

  it('frees a port that only a stranger listens on', async () => {
    const world = await newWorld();
    await setup(world, 'old', world.firstPort);
    await rm(world.at('.zero-old'), { recursive: true });
    await listenTcp(world.firstPort, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { freed, listeners } = (await world.zero('ports', 'free', 'old', '--json')).json<{
      freed: { port: number }[];
      listeners: unknown;
    }>();
    expect([freed[0]?.port, listeners]).toEqual([world.firstPort, null]);
  });

  it('tells who listens on a port that nobody leased', async () => {
    const world = await newWorld();
    await listenTcp(world.firstPort + 500, () => undefined);
    const { stdout, code } = await world.zero('ports', 'free', String(world.firstPort + 500));
    expect([code, stdout]).toEqual([0, expect.stringContaining(`pid ${process.pid}`)]);
  });
});
