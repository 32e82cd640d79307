import path from 'node:path';
import { tempDir, unless, whyNoPosixPaths } from '@polygate/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { polygateFolders } from '../store/folders.ts';
import { accountHome, homeDirectory } from '../store/home.ts';
import { elsewhere } from './elsewhere.ts';
import { nodeHost } from './host.ts';

const made: { remove(): Promise<void> }[] = [];
afterAll(() => Promise.all(made.map((directory) => directory.remove())));

async function somebody() {
  const directory = await tempDir();
  made.push(directory);
  const { path: home } = directory;
  const real = nodeHost();
  await real.files.makeDir(path.join(home, '.zero'), 0o700);
  await real.files.write(path.join(home, '.zero', 'zero.json'), '{}', 0o600);
  const users = { ...real.users, name: 'ana' };
  return { home, host: { ...real, users, env: { HOME: home, PATH: '/usr/bin', ZERO_GATEWAY_PORT: '20000' } } };
}

describe.skipIf(whyNoPosixPaths !== undefined)(unless(whyNoPosixPaths, 'elsewhere'), () => {
  it.each([
    ['darwin', '/Users/ana', '/Users/ana/.zero/zero.json'],
    ['win32', 'C:\\Users\\ana', 'C:\\Users\\ana\\.zero\\zero.json'],
  ] as const)('on %s has the usual home there, with what lies in the home here', async (platform, home, config) => {
    const { host } = await somebody();
    const there = elsewhere(host, platform);
    expect([await homeDirectory(there), accountHome(there)]).toEqual([home, home]);
    expect(await there.files.read(config)).toBe('{}');
    expect(await there.files.read(there.paths.join(home, 'nothing'))).toBeUndefined();
    expect(await there.files.list(there.paths.dirname(config))).toEqual(['zero.json']);
    expect(there.env.ZERO_GATEWAY_PORT).toBe('20000');
    expect(polygateFolders(there)).toEqual(polygateFolders(host));
  });

  it('takes what POLYGATE_HOME holds for the home there', async () => {
    const { host, home } = await somebody();
    const there = elsewhere({ ...host, env: { HOME: '/nonexistent', POLYGATE_HOME: home } }, 'win32');
    expect(await there.files.read('C:\\Users\\ana\\.zero\\zero.json')).toBe('{}');
    expect(there.env.POLYGATE_HOME).toBeUndefined();
  });

  it('keeps no path of this system where paths are others', async () => {
    const { host } = await somebody();
    const { env, elsewhere: how } = elsewhere({ ...host, env: { ...host.env, ZERO_STATE_DIR: '/srv/zero' } }, 'win32');
    expect([env.PATH, env.ZERO_STATE_DIR, how?.installed?.node]).toEqual([
      undefined,
      undefined,
      'C:\\Program Files\\nodejs\\node.exe',
    ]);
    expect(elsewhere({ ...host, env: { ZERO_STATE_DIR: '/srv/zero' } }, 'darwin').env.ZERO_STATE_DIR).toBe('/srv/zero');
  });

  it('can be seen by any account, and nothing can be done or asked on it', async () => {
    const { host } = await somebody();
    const there = elsewhere(host, 'darwin');
    expect(there.elsewhere?.asAccount?.('root').users).toMatchObject({ uid: 0, home: '/var/root' });
    await expect(there.files.write('/Users/ana/x', '', 0o600)).rejects.toThrow(/imagined/);
    expect(await there.processes.run(['true'])).toMatchObject({ code: undefined });
  });
});
