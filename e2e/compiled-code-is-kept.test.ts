import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWorld } from './support/world.ts';

describe('compiled code', () => {
  it('is kept for the next run of a command, in the cache folder, and what became of it never matters', async () => {
    const world = await newWorld({ XDG_CACHE_HOME: '' });
    const folder = world.at('.cache/polygate');
    const version = async () => (await world.run(world.command('version'))).stdout;

    const said = await version();
    const [name = ''] = await readdir(folder);
    const file = path.join(folder, name);
    expect([(await stat(folder)).mode & 0o777, (await stat(file)).mode & 0o777]).toEqual([0o700, 0o600]);

    // Code that is there is used: nothing is written anew.
    const kept = await stat(file);
    expect(await version()).toBe(said);
    expect((await stat(file)).ino).toBe(kept.ino);

    // Another command adds what only it needs.
    expect((await world.zero('paths', '--json')).code).toBe(0);
    const both = await stat(file);
    expect([both.ino === kept.ino, both.size > kept.size]).toEqual([false, true]);
    expect(await version()).toBe(said);
    expect((await stat(file)).ino).toBe(both.ino);

    // The middle of it was lost: the same words, and the file is whole again.
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0, 4_096, 40_960));
    expect(await version()).toBe(said);
    expect(await readFile(file)).not.toEqual(bytes);

    // Others may write there: it is neither read nor written.
    await chmod(folder, 0o777);
    await writeFile(file, '');
    expect(await version()).toBe(said);
    expect((await stat(file)).size).toBe(0);
  });

  it('is not kept when Node is told to keep none', async () => {
    const world = await newWorld({ NODE_DISABLE_COMPILE_CACHE: '1', XDG_CACHE_HOME: '' });
    expect((await world.zero('version')).code).toBe(0);
    expect(existsSync(world.at('.cache'))).toBe(false);
  });
});
