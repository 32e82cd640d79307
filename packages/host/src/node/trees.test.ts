import { chmod, lstat, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { modeTold, tempDir, unless, whyNoSymlinks } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeTrees } from './trees.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
const at = (...parts: string[]) => path.join(dir.path, ...parts);
const put = async (file: string, text = file) => {
  await mkdir(path.dirname(at(file)), { recursive: true });
  await writeFile(at(file), text);
};

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

describe.skipIf(whyNoSymlinks !== undefined)(unless(whyNoSymlinks, 'trees with links in them'), () => {
  it('are what their own name stands for', async () => {
    await put('d/f');
    await symlink(at('d'), at('to-d'));
    await symlink(at('nowhere'), at('dangling'));
    const kinds = await Promise.all(['d', 'd/f', 'to-d', 'dangling', 'none', 'd/f/x'].map((name) => nodeTrees.kindOf(at(name))));
    expect(kinds).toEqual(['directory', 'file', 'link', 'link', undefined, undefined]);
  });

  it('are moved, and never onto something', async () => {
    await put('a/f');
    await nodeTrees.move(at('a'), at('b'));
    expect(await readFile(at('b/f'), 'utf8')).toBe('a/f');
    await mkdir(at('empty'));
    await expect(nodeTrees.move(at('b'), at('empty'))).rejects.toThrow('it is there already');
    await symlink(at('nowhere'), at('link'));
    await expect(nodeTrees.move(at('b'), at('link'))).rejects.toThrow('it is there already');
    await nodeTrees.move(at('link'), at('other'));
    expect(await readlink(at('other'))).toBe(at('nowhere'));
  });

  it('are copied with their modes and the links that stay inside, and nothing that leads out', async () => {
    await put('a/sub/f');
    await chmod(at('a/sub/f'), 0o640);
    await chmod(at('a/sub'), 0o750);
    await put('a/left/x');
    await put('outside');
    await symlink('sub/f', at('a/inside'));
    await symlink('../outside', at('a/out'));
    await symlink(at('a/sub'), at('a/absolute'));
    const skipped = await nodeTrees.copy(at('a'), at('b'), [at('a/left')]);
    expect(skipped.sort()).toEqual([at('a/absolute'), at('a/out')]);
    expect(await readFile(at('b/inside'), 'utf8')).toBe('a/sub/f');
    expect((await stat(at('b/sub/f'))).mode & 0o777).toBe(modeTold(0o640));
    expect((await stat(at('b/sub'))).mode & 0o777).toBe(modeTold(0o750));
    expect(await nodeTrees.kindOf(at('b/left'))).toBeUndefined();
    // Once more, as after a copy that was interrupted.
    expect((await nodeTrees.copy(at('a'), at('b'), [at('a/left')])).length).toBe(2);
  });

  it('are removed without following a link out', async () => {
    await put('keep/f');
    await put('a/f');
    await symlink(at('keep'), at('a/out'));
    await symlink(at('keep'), at('link'));
    await nodeTrees.remove(at('a'));
    await nodeTrees.remove(at('link'));
    await nodeTrees.remove(at('none'));
    expect(await readFile(at('keep/f'), 'utf8')).toBe('keep/f');
    await expect(lstat(at('link'))).rejects.toThrow('ENOENT');
  });
});

describe('trees', () => {
  it('are removed only if they are empty, where that is asked', async () => {
    await put('full/f');
    await mkdir(at('empty'));
    for (const name of ['full', 'empty', 'none']) await nodeTrees.removeEmpty(at(name));
    expect(await nodeTrees.kindOf(at('full'))).toBe('directory');
    expect(await nodeTrees.kindOf(at('empty'))).toBeUndefined();
  });
});
