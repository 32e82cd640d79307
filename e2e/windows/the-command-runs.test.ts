import { describe, expect, it } from 'vitest';
import { NODES } from '../../scripts/lib/wine/box.mjs';
import { windowsWorld } from './support/world.ts';

describe('the built command on Windows, installed by npm of Windows', () => {
  it.each(NODES)('runs on node %s', async (node) => {
    const world = await windowsWorld({ node });
    const { code, stdout, stderr } = await world.zero('version', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, node });
    expect((await world.polygate('--help')).stdout).toContain('Usage: polygate <command>');
  });

  it('explains every path, with USERPROFILE and the folders of Windows', async () => {
    const world = await windowsWorld();
    const { values } = (await world.zero('--profile', 'main', 'paths', '--json')).json<{
      values: Record<string, { value: string; origin: string }>;
    }>();
    expect(values.home).toMatchObject({ value: world.home, origin: 'env' });
    expect(values.stateDir?.value).toBe(world.at('.zero-main'));
    expect(values.configPath?.value).toBe(world.at('.zero-main', 'zero.json'));
    expect(values.workspace?.value).toBe(world.at('zero-main'));
    expect(values.ledger?.value).toBe(world.at('AppData', 'Local', 'polygate', 'Data', 'ledger.json'));
    expect(values.settingsFile?.value).toBe(
      world.at('AppData', 'Roaming', 'polygate', 'Config', 'instances', 'zero', 'main.json'),
    );
  });

  it('goes by USERPROFILE, and says so when that is no folder', async () => {
    const world = await windowsWorld({ env: { HOME: 'C:\\nowhere' } });
    expect((await world.zero('paths')).code).toBe(0);
    world.env.USERPROFILE = 'C:\\nowhere';
    const { code, stderr } = await world.zero('paths');
    expect(code).toBe(78);
    expect(stderr).toContain('USERPROFILE is not an existing directory: C:\\nowhere');
  });

  it('keeps everything below POLYGATE_HOME, on a drive that is written with a small letter', async () => {
    const world = await windowsWorld();
    world.env.POLYGATE_HOME = `c:${world.at('trial').slice(2)}`;
    const { instance } = (await world.zero('--profile', 'main', 'setup', '--json')).json<{ instance: { stateDir: string } }>();
    expect(instance.stateDir.toLowerCase()).toBe(world.at('trial', '.zero-main').toLowerCase());
    const { instances } = (await world.zero('profiles', 'list', '--json')).json<{ instances: { id: string }[] }>();
    expect(instances.map(({ id }) => id)).toEqual(['zero/main']);
  });

  it.each([
    ['\\\\server\\share\\zero', 'it is on a network share'],
    ['\\\\?\\C:\\zero', 'device namespace'],
    ['C:\\agents\\nul\\zero', '"nul" in it is the name of a device'],
    ['C:\\agents\\COM1.main', '"COM1.main" in it is the name of a device'],
    [`C:\\${'long\\'.repeat(40)}zero`, 'it is too long'],
  ])('refuses a state directory that Windows cannot have, and makes nothing: %s', async (stateDir, reason) => {
    const world = await windowsWorld({ env: { ZERO_STATE_DIR: stateDir } });
    const { code, stdout } = await world.zero('setup', '--json');
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(code).toBe(78);
    expect(error.code).toBe('PATH_UNUSABLE');
    expect(error.message).toContain(reason);
    expect((await world.zero('profiles', 'list', '--json')).json<{ instances: unknown[] }>().instances).toEqual([]);
  });
});
