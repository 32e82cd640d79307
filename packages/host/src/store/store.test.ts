import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { builtInPacks, isProblem, type Ledger, type ProblemCode } from '@polygate/core';
import { HOSTILE_PACKS, modeTold, tempDir, unless, whyNoPosixPaths } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import type { Folders, Host } from '../ports.ts';
import { polygateFolders } from './folders.ts';
import { homeDirectory } from './home.ts';
import { readJsonFile } from './json-file.ts';
import { findEntry, type LedgerEntry, rivals, withEntry } from './ledger.ts';
import { userPacks } from './product-packs.ts';
import { readSettings, settingsPath, writeSettings } from './settings.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let host: Host;
let folders: Folders;

beforeEach(async () => {
  dir = await tempDir();
  host = { ...nodeHost(), env: { POLYGATE_HOME: dir.path }, cwd: dir.path };
  folders = polygateFolders(host);
});
afterEach(() => dir.remove());

async function refused(action: Promise<unknown>): Promise<[ProblemCode, string]> {
  try {
    await action;
  } catch (error) {
    if (isProblem(error)) return [error.code, error.message];
    throw error;
  }
  return expect.unreachable('it was not refused');
}

async function put(file: string, content: unknown): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const entry = (profile: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ product: 'zero', profile, stateDir: `/home/ana/.zero-${profile}`, configPath: `/home/ana/.zero-${profile}/zero.json` },
  ...{ workspace: `/home/ana/zero-${profile}`, port: 18_789, cdp: {}, createdAt: '2026-01-31T00:00:00.000Z' },
  ...more,
});

describe('the folders of Polygate', () => {
  it('lie below POLYGATE_HOME when it is set', () => {
    expect(folders).toEqual({
      config: path.join(dir.path, '.polygate', 'config'),
      data: path.join(dir.path, '.polygate', 'data'),
      state: path.join(dir.path, '.polygate', 'state'),
    });
  });

  it('are three of their own, named after it, when it is not', () => {
    const own = polygateFolders({ env: { POLYGATE_HOME: '  ' }, paths: path, users: nodeHost().users });
    expect(new Set(Object.values(own)).size).toBe(3);
    for (const folder of Object.values(own)) expect(folder.split(path.sep).slice(-2)).toContain('polygate');
  });

  it.skipIf(whyNoPosixPaths !== undefined)(
    unless(whyNoPosixPaths, 'lie in the home of another account where that is meant'),
    () => {
      const users = { uid: 1000, name: 'ana', home: '/home/ana', isOther: true as const, nameOf: async () => 'ana' };
      for (const folder of Object.values(polygateFolders({ env: {}, paths: path, users }))) {
        expect(folder).toMatch(/^\/home\/ana\/.*polygate$/);
      }
    },
  );
});

describe('the home directory', () => {
  const home = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') => homeDirectory({ ...host, env, platform });

  it('is POLYGATE_HOME, which need not exist, else HOME, which must', async () => {
    const absent = path.join(dir.path, 'new');
    expect(await home({ POLYGATE_HOME: absent, HOME: dir.path })).toBe(absent);
    expect(await home({ POLYGATE_HOME: ' ', HOME: dir.path })).toBe(dir.path);
    expect(await refused(home({ HOME: absent }))).toEqual(['HOME_MISSING', `HOME is not an existing directory: ${absent}`]);
  });

  it.each([
    [{}, 'HOME is not set'],
    [{ HOME: '' }, 'HOME is not set'],
    [{ HOME: 'relative' }, 'HOME is not an existing directory: relative'],
    [{ HOME: '/etc/passwd' }, 'HOME is not an existing directory: /etc/passwd'],
    [{ POLYGATE_HOME: 'relative', HOME: '/' }, 'HOME is not an existing directory: relative'],
  ])('is never guessed: %j', async (env, message) => {
    expect(await refused(home(env as Record<string, string>))).toEqual(['HOME_MISSING', message]);
  });

  it('is USERPROFILE on Windows', async () => {
    expect(await home({ USERPROFILE: dir.path, HOME: '/nowhere' }, 'win32')).toBe(dir.path);
  });
});

describe('settings of an instance', () => {
  it('come back, from a private file', async () => {
    const file = settingsPath(host, folders, 'zero', 'rescue');
    expect(await readSettings(host.files, file)).toBeUndefined();
    await writeSettings(host, file, { version: 1, program: { command: ['/usr/bin/openclaw', 'gateway'] } });
    expect(await readSettings(host.files, file)).toEqual({ version: 1, program: { command: ['/usr/bin/openclaw', 'gateway'] } });
    expect((await stat(file)).mode & 0o777).toBe(modeTold(0o600));
  });

  it('are found whatever the case of the profile', () => {
    expect(settingsPath(host, folders, 'zero', 'Rescue')).toBe(settingsPath(host, folders, 'zero', 'rescue'));
  });

  it.each([
    ['', 'Unexpected end of JSON input'],
    ['{', 'JSON'],
    ['null', 'must be object'],
    ['[]', 'must be object'],
    ['{}', "must have required property 'version'"],
    [{ version: 1, program: 7 }, '/program'],
    [{ version: 1, program: { command: [] } }, '/program'],
    [{ version: 1, extra: true }, 'must NOT have additional properties'],
    [{ version: '1' }, '/version'],
    [{ version: 0 }, '/version'],
  ])('are refused when they are damaged: %j', async (content, reason) => {
    const file = await put(settingsPath(host, folders, 'zero', 'x'), content);
    const [code, message] = await refused(readSettings(host.files, file));
    expect(code).toBe('FILE_CORRUPT');
    expect(message).toContain(`the settings file ${file} is damaged`);
    expect(message).toContain(reason);
  });

  it('are refused when a newer polygate wrote them', async () => {
    const file = await put(settingsPath(host, folders, 'zero', 'x'), { version: 2, program: { container: 'x' } });
    expect(await refused(readSettings(host.files, file))).toEqual([
      'FILE_FROM_FUTURE',
      `${file} has version 2; this polygate reads up to 1`,
    ]);
  });
});

describe('a file of an older version', () => {
  const isThird = (value: unknown) => (value as { version?: unknown } | null)?.version === 3 && 'names' in (value as object);
  const kind = {
    ...{ what: 'the list', version: 3, validator: () => isThird },
    migrations: {
      1: ({ name }: Record<string, unknown>) => ({ version: 2, first: name }),
      2: ({ first }: Record<string, unknown>) => ({ version: 3, names: [first] }),
    },
  };
  const read = async (content: unknown) => readJsonFile(host.files, await put(path.join(dir.path, 'list.json'), content), kind);

  it('is brought up to date step by step, and stays as it is on disk', async () => {
    expect(await read({ version: 1, name: 'a' })).toEqual({ version: 3, names: ['a'] });
    expect(await read({ version: 2, first: 'b' })).toEqual({ version: 3, names: ['b'] });
    expect(await readFile(path.join(dir.path, 'list.json'), 'utf8')).toBe('{"version":2,"first":"b"}');
  });

  it.each([[{ version: 0 }], [{ version: -1 }], [{ version: 'constructor' }], [{}], [null]])(
    'is damaged when it is %j',
    async (content) => {
      expect((await refused(read(content)))[0]).toBe('FILE_CORRUPT');
    },
  );
});

describe('entries of the ledger', () => {
  it('are one for each product and state directory', () => {
    const ledger = [entry('a'), entry('b'), entry('a', { port: 1 })].reduce(withEntry, { version: 1, instances: [] } as Ledger);
    expect(ledger.instances.map((e) => [e.profile, e.port])).toEqual([
      ['b', 18_789],
      ['a', 1],
    ]);
    expect(findEntry(ledger, 'zero', '/home/ana/.zero-a')?.port).toBe(1);
    expect(findEntry(ledger, 'openclaw', '/home/ana/.zero-a')).toBeUndefined();
  });

  it('name the rivals of an instance: another product on its directory, and its name elsewhere', () => {
    const ledger: Ledger = {
      version: 1,
      instances: [
        entry('main', { product: 'clawdbot', stateDir: '/home/ana/.clawdbot-main' }),
        entry('Main', { product: 'moltbot', stateDir: '/srv/x' }),
        entry('main', { product: 'zero', stateDir: '/home/ana/.zero-main' }),
        entry('main', { product: 'moltbot', stateDir: '/home/ana/.clawdbot-main' }),
      ],
    };
    const found = rivals(ledger, { product: 'moltbot', profile: 'main', stateDir: '/home/ana/.clawdbot-main' });
    expect(found.map((e) => `${e.product}/${e.profile}`)).toEqual(['clawdbot/main', 'moltbot/Main']);
    expect(rivals(ledger, { product: 'zero', profile: 'main', stateDir: '/home/ana/.zero-main' })).toEqual([]);
  });
});

describe('product packs of the user', () => {
  const [first] = builtInPacks;
  const pack = (id: string) => ({ ...first, id, command: id });

  it('are none at first', async () => expect(await userPacks(host, folders)).toEqual({ packs: [], broken: [] }));

  it('are read from the folder in the order of their names, after the one that is given', async () => {
    await put(path.join(folders.config, 'products', 'b.json'), pack('bb'));
    await put(path.join(folders.config, 'products', 'a.json'), pack('aa'));
    await put(path.join(folders.config, 'products', 'notes.txt'), 'not a pack');
    const given = await put(path.join(dir.path, 'given.json'), pack('given'));
    expect((await userPacks(host, folders)).packs.map((p) => p.id)).toEqual(['aa', 'bb']);
    expect((await userPacks(host, folders, given)).packs.map((p) => p.id)).toEqual(['given', 'aa', 'bb']);
    expect((await userPacks(host, folders, 'given.json')).packs.map((p) => p.id)).toEqual(['given', 'aa', 'bb']);
  });

  it.each([
    ['{', 'is not valid JSON'],
    ['"x"', 'must be an object'],
    [{ ...pack('x'), id: 'Not An Id' }, 'id: '],
    [{ ...pack('x'), ports: { ...first?.ports, base: 70_000 } }, 'ports.base: must be at most 65535'],
    [{ ...pack('x'), stateDir: { default: '.x', profile: '.x' } }, 'stateDir.profile: '],
    [{ ...pack('x'), novelty: 1 }, 'novelty: is not a known key'],
    [' '.repeat(300 * 1024), 'is larger than 64 KiB'],
  ])('are refused with what is wrong: %#', async (content, reason) => {
    const file = await put(path.join(dir.path, 'x.json'), content);
    const [code, message] = await refused(userPacks(host, folders, file));
    expect(code).toBe('PRODUCT_PACK_INVALID');
    expect(message).toContain(file);
    expect(message).toContain(reason);
  });

  it.each(HOSTILE_PACKS)('are refused for %s', async (_, change, said) => {
    const file = await put(path.join(dir.path, 'x.json'), typeof change === 'string' ? change : change(pack('evil') as never));
    const [code, message] = await refused(userPacks(host, folders, file));
    expect(code).toBe('PRODUCT_PACK_INVALID');
    expect(message).toContain(said);
  });

  it('list everything that is wrong at once', async () => {
    const file = await put(path.join(dir.path, 'x.json'), { ...pack('x'), id: 7, command: 7, service: 7 });
    const [, message] = await refused(userPacks(host, folders, file));
    expect(message).toMatch(/^3 problems in /);
  });

  it('do not get in the way of one another when one in the folder is broken', async () => {
    await put(path.join(folders.config, 'products', 'a.json'), '{');
    await put(path.join(folders.config, 'products', 'b.json'), pack('bb'));
    const { packs, broken } = await userPacks(host, folders);
    expect(packs.map((p) => p.id)).toEqual(['bb']);
    expect(broken).toMatchObject([{ code: 'PRODUCT_PACK_INVALID' }]);
  });

  it('are refused when the file that is given does not exist', async () => {
    expect(await refused(userPacks(host, folders, 'no.json'))).toEqual([
      'PRODUCT_PACK_INVALID',
      `${path.join(dir.path, 'no.json')}: does not exist`,
    ]);
  });
});
