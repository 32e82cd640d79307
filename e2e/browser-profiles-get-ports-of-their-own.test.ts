import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { listenTcp } from './support/tcp-server.ts';
import { newWorld, type World } from './support/world.ts';

interface Change {
  result: string;
  profile: { name: string; port: number };
}

const setup = (world: World, profile: string, base: number) =>
  world.zero('--profile', profile, 'setup', '--port', String(base), '--json');
const profiles = (world: World, profile: string, ...args: string[]) =>
  world.zero('--profile', profile, 'browser', 'profiles', ...args, '--json');
const create = async (world: World, profile: string, name: string) =>
  (await profiles(world, profile, 'create', name)).json<Change>().profile.port;
const configPath = (world: World, profile: string) => world.at(`.zero-${profile}`, 'zero.json');
const configText = (world: World, profile: string) => readFile(configPath(world, profile), 'utf8');

describe('a browser profile', () => {
  it('gets the lowest port of the band that nobody has, and keeps it', async () => {
    const world = await newWorld();
    const base = world.firstPort;
    await setup(world, 'main', base);
    await listenTcp(base + 13, () => undefined);
    // The first of the band is the one that real gateways give their own browser.
    expect(await create(world, 'main', 'work')).toBe(base + 12);
    expect(await create(world, 'main', 'play')).toBe(base + 14);
    expect(await create(world, 'main', 'zero')).toBe(base + 11);
    expect((await profiles(world, 'main', 'create', 'work')).json()).toMatchObject({
      result: 'unchanged',
      profile: { port: base + 12 },
    });
    const listed = (await profiles(world, 'main', 'list')).json<{ profiles: { name: string; port: number; origin: string }[] }>();
    expect(listed.profiles.map(({ name, port, origin }) => [name, port, origin])).toEqual([
      ['work', base + 12, 'config'],
      ['play', base + 14, 'config'],
      ['zero', base + 11, 'config'],
    ]);
  });

  it('never gets a port that an instance close by has, though their bands overlap', async () => {
    const world = await newWorld();
    const base = world.firstPort;
    await setup(world, 'main', base);
    await setup(world, 'near', base + 10);
    // base+12 and base+14 are browser control and canvas of the other, base+13 its relay.
    expect(await create(world, 'main', 'work')).toBe(base + 15);
    expect((await world.zero('ports', 'check')).code).toBe(0);
  });

  it('is written into the config without losing a comment, and the former versions are kept', async () => {
    const world = await newWorld();
    await setup(world, 'main', world.firstPort);
    const written = `// by hand\n${(await configText(world, 'main')).replace('"mode"', "/* here */ 'mode'")}`;
    await writeFile(configPath(world, 'main'), written);
    await create(world, 'main', 'work');
    const text = await configText(world, 'main');
    expect(text).toContain('// by hand');
    expect(text).toContain("/* here */ 'mode'");
    expect(text).toMatch(/"cdpPort": \d+,\s+"color": "#[0-9A-F]{6}"/);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await create(world, 'main', name);
    const names = (await readdir(world.at('.zero-main'))).filter((name) => name.includes('.bak')).sort();
    expect(names).toEqual(['', '.1', '.2', '.3', '.4'].map((age) => `zero.json.bak${age}`));
    expect((await stat(world.at('.zero-main', 'zero.json.bak'))).mode & 0o777).toBe(0o600);
  });

  it('gives its port back when it is removed, unless its browser is running or it is the default', async () => {
    const world = await newWorld();
    await setup(world, 'main', world.firstPort);
    const port = await create(world, 'main', 'work');
    await create(world, 'main', 'play');
    expect((await profiles(world, 'main', 'remove', 'work')).json()).toMatchObject({ result: 'removed', profile: { port } });
    expect(await configText(world, 'main')).not.toContain('"work"');
    expect((await profiles(world, 'main', 'remove', 'work')).json()).toMatchObject({
      error: { code: 'BROWSER_PROFILE_UNKNOWN', details: { known: ['play'] } },
    });
    expect(await create(world, 'main', 'again')).toBe(port);
    await listenTcp(port, () => undefined);
    expect((await profiles(world, 'main', 'remove', 'again')).json()).toMatchObject({ error: { code: 'BROWSER_PROFILE_KEPT' } });
    const config = JSON.parse(await configText(world, 'main')) as { browser: Record<string, unknown> };
    config.browser['defaultProfile'] = 'play';
    await writeFile(configPath(world, 'main'), JSON.stringify(config));
    expect((await profiles(world, 'main', 'remove', 'play')).json()).toMatchObject({ error: { code: 'BROWSER_PROFILE_KEPT' } });
  });

  it('gets a port that no other gets, however many are made at once', async () => {
    const world = await newWorld();
    await setup(world, 'main', world.firstPort);
    await setup(world, 'near', world.firstPort + 20);
    const made = await Promise.all(
      ['a', 'b', 'c', 'd'].flatMap((name) => [create(world, 'main', name), create(world, 'near', name)]),
    );
    expect(new Set(made).size).toBe(8);
    expect((await world.zero('ports', 'check')).code).toBe(0);
    const config = JSON.parse(await configText(world, 'main')) as { browser: { profiles: object } };
    expect(Object.keys(config.browser.profiles).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('moves along when setup gives the instance another base, and is told of when an edit does', async () => {
    const world = await newWorld();
    const base = world.firstPort;
    await setup(world, 'main', base);
    await create(world, 'main', 'work');
    // What a URL puts somewhere is meant to be there.
    const config = JSON.parse(await configText(world, 'main')) as { browser: { profiles: Record<string, object> } };
    config.browser.profiles['attached'] = { cdpUrl: `http://127.0.0.1:${base + 50}`, color: '#228833' };
    await writeFile(configPath(world, 'main'), JSON.stringify(config, null, 2));
    const moved = (await setup(world, 'main', base + 500)).json<{ changes: string[]; warnings?: string[] }>();
    expect(moved.changes).toContain(`CDP port of browser profile work: ${base + 12} is ${base + 512} now`);
    expect(moved.warnings).toBeUndefined();
    expect(await configText(world, 'main')).toContain(`"cdpPort": ${base + 512}`);
    expect(await configText(world, 'main')).toContain(`127.0.0.1:${base + 50}`);
    await writeFile(configPath(world, 'main'), (await configText(world, 'main')).replace(String(base + 500), String(base + 900)));
    const told = expect.objectContaining({ code: 'lease-outside-band', port: base + 512 });
    expect((await world.zero('ports', 'check', '--json')).json()).toMatchObject({ conflict: false, findings: [told] });
    expect((await world.zero('--profile', 'main', 'gateway', 'status', '--json')).json()).toMatchObject({ portFindings: [told] });
  });

  it.each([
    ['My Work', 'BROWSER_PROFILE_NAME_INVALID'],
    ['../x', 'BROWSER_PROFILE_NAME_INVALID'],
    ['__proto__', 'BROWSER_PROFILE_NAME_INVALID'],
    ['a.b', 'BROWSER_PROFILE_NAME_INVALID'],
  ])('cannot be named %j, and is not made without a config', async (name, code) => {
    const world = await newWorld();
    expect((await profiles(world, 'main', 'create', name)).json()).toMatchObject({ error: { code } });
    expect((await profiles(world, 'main', 'create', 'work')).json()).toMatchObject({ error: { code: 'CONFIG_MISSING' } });
    expect(await readdir(world.home)).not.toContain('.zero-main');
  });
});
