import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findPack, isProblem, type Ledger } from '@polygate/core';
import { tempDir, unless, whyNoPosixPaths, whyNoSymlinks } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import type { Host } from '../ports.ts';
import { type LedgerEntry, withEntry } from '../store/ledger.ts';
import { writeSettings } from '../store/settings.ts';
import { claimInstance } from './gateway-lock.ts';
import { openFound, otherOccupants } from './known.ts';
import { listInstances } from './list.ts';
import { checkInstance, type OpenInstance, openInstance, openWorld, type Selection, type World } from './open.ts';
import { updateLedger } from './record.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let host: Host;
const at = (...parts: string[]) => path.join(dir.path, ...parts);

beforeEach(async () => {
  dir = await tempDir();
  host = hostWith({});
});
afterEach(() => dir.remove());

const hostWith = (env: Record<string, string>): Host => ({
  ...nodeHost(),
  env: { POLYGATE_HOME: dir.path, ...env },
  cwd: dir.path,
});

/** A config file, and its directory. */
async function config(file: string, content: unknown): Promise<void> {
  await mkdir(path.dirname(at(file)), { recursive: true });
  await writeFile(at(file), typeof content === 'string' ? content : JSON.stringify(content));
}

/** A unit of this test's POLYGATE_HOME. */
const unit = (environment: Record<string, string>) =>
  [
    '[Service]',
    'ExecStart=/bin/true',
    ...Object.entries({ POLYGATE_HOME: dir.path, ...environment }).map(([k, v]) => `Environment=${k}=${v}`),
  ].join('\n');

const gateway = (port: number) => ({ gateway: { mode: 'local', port } });

function entry(product: string, profile: string, stateDir: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const configPath = path.join(stateDir, `${product}.json`);
  return { product, profile, stateDir, configPath, workspace: '/w', port: 20_789, cdp: {}, createdAt: '2026-01-31', ...more };
}

async function record(...entries: LedgerEntry[]): Promise<void> {
  await updateLedger(await openWorld(host), async (ledger: Ledger) => ({ ledger: entries.reduce(withEntry, ledger), result: 0 }));
}

const open = async (selection: Partial<Selection> = {}, { live = false, on = host } = {}): Promise<OpenInstance> =>
  openInstance(await openWorld(on), { product: 'zero', ...selection }, { live });

describe('openInstance', () => {
  it('opens what was never set up', async () => {
    const { instance, config: file, settings, lock, canonicalStateDir } = await open({ profile: 'rescue' });
    expect(instance.id).toBe('zero/rescue');
    expect(instance.stateDir.value).toBe(at('.zero-rescue'));
    expect(canonicalStateDir).toBe(at('.zero-rescue'));
    expect(file).toEqual({ path: at('.zero-rescue/zero.json'), exists: false, text: undefined, parsed: undefined });
    expect([settings, lock, instance.program]).toEqual([undefined, undefined, undefined]);
    expect(instance.port).toMatchObject({ value: 18_789, origin: 'product' });
  });

  it('takes the port from the config, over that of the ledger', async () => {
    await record(entry('zero', 'default', at('.zero')));
    expect((await open()).instance.port).toMatchObject({ value: 20_789, origin: 'ledger' });
    await config('.zero/zero.json', '// mine\n{ gateway: { mode: "local", port: 21789 } }');
    expect((await open()).instance.port).toMatchObject({ value: 21_789, origin: 'config' });
    expect((await open({ port: '22789' })).instance.port).toMatchObject({ value: 22_789, origin: 'flag' });
  });

  it('finds its lease through a symlinked state directory', async () => {
    await mkdir(at('real'));
    await symlink('real', at('.zero'));
    await record(entry('zero', 'default', at('real')));
    const { canonicalStateDir, instance } = await open();
    expect(canonicalStateDir).toBe(at('real'));
    expect(instance.port.origin).toBe('ledger');
  });

  it('counts the port of the running gateway where the question is what runs now', async () => {
    await config('.zero/zero.json', gateway(21_789));
    const claim = { stateDir: at('.zero'), configPath: at('.zero/zero.json'), version: '0.1.0', now: 0 };
    const ownership = await claimInstance(host, claim);
    await ownership.publish({ port: 23_789, host: '127.0.0.1' });
    expect((await open({}, { live: true })).instance.port).toMatchObject({ value: 23_789, origin: 'running' });
    expect((await open({}, { live: false })).instance.port).toMatchObject({ value: 21_789, origin: 'config' });
    expect((await open({}, { live: false })).lock).toMatchObject({ port: 23_789 });
    expect((await open({ port: '24789' }, { live: true })).instance.port.origin).toBe('flag');
  });

  it('reads the settings and what runs as the gateway', async () => {
    const { settingsFile } = await open({ profile: 'Rescue' });
    await writeSettings(host, settingsFile, { version: 1, program: 'reference' });
    expect((await open({ profile: 'rescue' })).instance.program).toBe('reference');
  });

  it('reports a config that cannot be parsed or read, and opens all the same', async () => {
    await config('.zero/zero.json', '{ gateway: { port: ');
    expect((await checkInstance(await open())).config).toMatchObject({ exists: true, parsed: undefined, errors: [{ line: 1 }] });
    await mkdir(at('.zero-dir', 'zero.json'), { recursive: true });
    const { config: file, instance } = await checkInstance(await open({ profile: 'dir' }));
    expect(file.errors).toEqual([{ path: '', message: expect.stringContaining('it is a directory') }]);
    expect(instance.port.origin).toBe('product');
  });

  it('says where in the file a value is wrong', async () => {
    await config('.zero/zero.json', '{\n  gateway: { port: "x" },\n}');
    expect((await checkInstance(await open())).config.errors).toEqual([
      { path: 'gateway.port', message: 'must be an integer', line: 2, column: 20 },
    ]);
  });

  it('finds a base port in the file that is too high, unless something stronger says another', async () => {
    await config('.zero/zero.json', '{\n  gateway: { port: 65500 },\n}');
    const { config: file, instance } = await checkInstance(await open());
    expect(instance.port.value).toBe(65_500);
    expect(file).toMatchObject({ config: undefined, errors: [{ path: 'gateway.port', line: 2, column: 20 }] });
    expect((await checkInstance(await open({ port: '21789' }))).config.errors).toEqual([]);
  });

  describe('with a config under an older name', () => {
    it('picks it up', async () => {
      await config('.clawdbot/clawdbot.json', gateway(21_789));
      const { instance } = await open({ product: 'moltbot' });
      expect(instance.configPath).toMatchObject({ value: at('.clawdbot/clawdbot.json'), source: 'clawdbot.json' });
      expect(instance.port.value).toBe(21_789);
    });

    it('prefers the present name', async () => {
      await config('.clawdbot/clawdbot.json', gateway(21_789));
      await config('.clawdbot/moltbot.json', gateway(22_789));
      expect((await open({ product: 'moltbot' })).instance.port.value).toBe(22_789);
    });

    it('takes the first of several', async () => {
      await config('.openclaw/moldbot.json', gateway(21_789));
      await config('.openclaw/moltbot.json', gateway(22_789));
      expect((await open({ product: 'openclaw' })).instance.configPath.value).toBe(at('.openclaw/moltbot.json'));
    });

    it('leaves it alone when another path was given', async () => {
      await config('.clawdbot/clawdbot.json', gateway(21_789));
      const on = hostWith({ MOLTBOT_CONFIG_PATH: at('.clawdbot/moltbot.json') });
      expect((await open({ product: 'moltbot' }, { on })).instance.configPath.value).toBe(at('.clawdbot/moltbot.json'));
    });

    it('picks it up in a state directory that was given', async () => {
      await config('elsewhere/clawdbot.json', gateway(21_789));
      const on = hostWith({ MOLTBOT_STATE_DIR: at('elsewhere') });
      expect((await open({ product: 'moltbot' }, { on })).instance.port.value).toBe(21_789);
    });
  });

  it('knows the instances of the ledger: a path of one is not mixed with another profile', async () => {
    await record(entry('zero', 'work', '/srv/work'));
    const on = hostWith({ ZERO_STATE_DIR: '/srv/work' });
    expect((await open({}, { on })).instance.id).toBe('zero/work');
    await expect(open({ profile: 'main' }, { on })).rejects.toThrow('belongs to zero/work');
  });

  it.skipIf(whyNoSymlinks !== undefined)(
    unless(whyNoSymlinks, 'knows them through symlinks, and by their name alone'),
    async () => {
      await config('real/zero.json', gateway(21_789));
      await symlink('real', at('link'));
      await record(entry('zero', 'work', at('real'), { configPath: at('real/zero.json') }));
      expect((await open({ profile: 'work' })).instance.stateDir).toMatchObject({ value: at('real'), origin: 'ledger' });
      const on = hostWith({ ZERO_STATE_DIR: at('link') });
      expect((await open({}, { on })).instance.id).toBe('zero/work');
      await expect(open({ profile: 'main' }, { on })).rejects.toThrow('belongs to zero/work');
      const alias = at('alias');
      await symlink(dir.path, alias);
      const throughAlias = hostWith({ ZERO_STATE_DIR: path.join(alias, '.zero-rescue') });
      expect((await open({}, { on: throughAlias })).instance.id).toBe('zero/rescue');
    },
  );

  it('says that there is no such product', async () => {
    await expect(open({ product: 'nosuch' })).rejects.toSatisfy((e) => isProblem(e, 'PRODUCT_UNKNOWN'));
  });
});

describe('listInstances', () => {
  const list = async () =>
    (await listInstances(await openWorld(host))).map((f) => `${f.product}/${f.profile} ${f.found.join('+')} ${f.stateDir}`);

  it('finds what is on disk and what the ledger knows, each once', async () => {
    await record(entry('zero', 'rescue', at('.zero-rescue')), entry('zero', 'work', '/srv/work'));
    await config('.zero/zero.json', gateway(1));
    await config('.zero-rescue/zero.json', gateway(1));
    await config('.openclaw-a/openclaw.json', gateway(1));
    expect(await list()).toEqual([
      `openclaw/a disk ${at('.openclaw-a')}`,
      `zero/default disk ${at('.zero')}`,
      `zero/rescue ledger+disk ${at('.zero-rescue')}`,
      'zero/work ledger /srv/work',
    ]);
  });

  it('takes no directory without the config of the product for an instance', async () => {
    await mkdir(at('.zero-empty'));
    await mkdir(at('.zero-dir', 'zero.json'), { recursive: true });
    await config('.zero-other/openclaw.json', gateway(1));
    await config('.zero-no good/zero.json', gateway(1));
    await config('.zero-default/zero.json', gateway(1));
    await config('zero/zero.json', gateway(1));
    expect(await list()).toEqual([]);
  });

  it('tells two products on one directory apart by their configs, or leaves it to the ledger', async () => {
    await config('.clawdbot/moltbot.json', gateway(1));
    expect(await list()).toEqual([`moltbot/default disk ${at('.clawdbot')}`]);
    await config('.clawdbot/clawdbot.json', gateway(1));
    await record(entry('clawdbot', 'default', at('.clawdbot')));
    expect(await list()).toEqual([`clawdbot/default ledger+disk ${at('.clawdbot')}`]);
  });

  it('finds the products of the user', async () => {
    const { folders } = await openWorld(host);
    const own = { ...findPack('zero'), id: 'mine', command: 'mine', isDefault: false, configFile: 'mine.json' };
    await config(path.relative(dir.path, path.join(folders.config, 'products', 'mine.json')), {
      ...own,
      stateDir: { default: '.mine', profile: '.mine-{profile}' },
    });
    await config('.mine-a/mine.json', gateway(1));
    expect(await list()).toEqual([`mine/a disk ${at('.mine-a')}`]);
  });

  it.skipIf(whyNoPosixPaths !== undefined)(
    unless(whyNoPosixPaths, 'finds what only a service definition, or a setting of ours, tells of'),
    async () => {
      host = { ...hostWith({ HOME: dir.path }), platform: 'linux' };
      await config('far/zero.json', gateway(21_789));
      await config('near/x.json', gateway(22_789));
      await config('.config/systemd/user/zero-gateway-far.service', unit({ ZERO_PROFILE: 'far', ZERO_STATE_DIR: at('far') }));
      await config('.config/systemd/user/other.service', unit({}));
      await config('.config/systemd/user/zero-gateway-gone.service', unit({ ZERO_STATE_DIR: at('gone') }));
      const { folders } = await openWorld(host);
      const settings = path.relative(dir.path, path.join(folders.config, 'instances/zero/near.json'));
      await config(settings, { version: 1, stateDir: at('near'), configPath: at('near/x.json') });
      expect(await list()).toEqual([`zero/far definition ${at('far')}`, `zero/near disk ${at('near')}`]);
      const world = await openWorld(host);
      const opened = await Promise.all((await listInstances(world)).map((found) => openFound(world, found, { live: false })));
      expect(opened.map(({ instance: i }) => [i.configPath.value, i.port.value])).toEqual([
        [at('far/zero.json'), 21_789],
        [at('near/x.json'), 22_789],
      ]);
    },
  );

  it('opens both of two state directories of one name', async () => {
    await record(entry('zero', 'work', at('far'), { configPath: at('far/zero.json') }));
    await config('far/zero.json', gateway(21_789));
    await config('.zero-work/zero.json', gateway(22_789));
    const world = await openWorld(host);
    const opened = await Promise.all((await listInstances(world)).map((found) => openFound(world, found, { live: false })));
    expect(opened.map(({ instance: i }) => [i.stateDir.value, i.port.value])).toEqual([
      [at('far'), 21_789],
      [at('.zero-work'), 22_789],
    ]);
  });

  it('finds nothing where there is no home directory yet', async () => {
    host = { ...host, env: { POLYGATE_HOME: at('new') } };
    expect(await list()).toEqual([]);
  });
});

describe('openFound', () => {
  it('opens each instance from its own record, whatever the environment of the caller says', async () => {
    const [work, file] = [path.resolve('/srv/work'), path.resolve('/srv/work.json')];
    const other = entry('zero', 'work', work, { configPath: file, port: 25_789 });
    await record(other);
    await config('.zero-rescue/zero.json', gateway(21_789));
    const env = { ZERO_PROFILE: 'main', ZERO_STATE_DIR: at('.zero'), ZERO_GATEWAY_PORT: '30000' };
    const world: World = await openWorld(hostWith(env));
    const opened = await Promise.all((await listInstances(world)).map((found) => openFound(world, found, { live: false })));
    expect(opened.map(({ instance: i }) => [i.id, i.stateDir.value, i.configPath.value, i.port.value])).toEqual([
      ['zero/rescue', at('.zero-rescue'), at('.zero-rescue/zero.json'), 21_789],
      ['zero/work', work, file, 25_789],
    ]);
  });
});

describe('otherOccupants', () => {
  it('gives the ports of every other instance, those of a config that cannot be run too', async () => {
    await config('.zero/zero.json', gateway(18_789));
    await config('.zero-b/zero.json', gateway(21_789));
    await config('.zero-high/zero.json', gateway(65_500));
    const others = await otherOccupants(await openWorld(host), { product: 'zero', stateDir: at('.zero') });
    expect(others.map((o) => [o.name, o.footprint.gateway])).toEqual([
      ['zero/b', 21_789],
      ['zero/high', 65_500],
    ]);
  });

  it('keeps clear of what the ledger has of an instance whose product is no longer described', async () => {
    await record({ ...entry('mine', 'old', '/srv/old', { port: 21_789 }), cdp: { work: 21_850 } });
    const [old] = await otherOccupants(await openWorld(host));
    expect(old).toMatchObject({ name: 'mine/old', footprint: { gateway: 21_789, cdp: { leased: { work: 21_850 } } } });
  });

  it('counts an instance of another product on the same name', async () => {
    await config('.openclaw/openclaw.json', gateway(18_789));
    const others = await otherOccupants(await openWorld(host), { product: 'zero', stateDir: at('.zero') });
    expect(others.map((o) => o.name)).toEqual(['openclaw/default']);
  });
});
