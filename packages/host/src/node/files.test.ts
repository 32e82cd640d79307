import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, link, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { isProblem, type ProblemCode } from '@polygate/core';
import {
  whyNoModes as lacksModes,
  modeTold,
  privateMount,
  tempDir,
  unless,
  whyNoMount,
  whyNoPosixPaths,
  whyNoSymlinks,
} from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles as files } from './files.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
const at = (...parts: string[]) => path.join(dir.path, ...parts);

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

async function refused(action: Promise<unknown>): Promise<{ code: ProblemCode; text: string }> {
  try {
    await action;
  } catch (error) {
    if (isProblem(error)) return { code: error.code, text: error.message };
    throw error;
  }
  return expect.unreachable('it was not refused');
}

describe('read', () => {
  it('gives the text of a file up to 4 MiB, and no more of one that is larger', async () => {
    await writeFile(at('f'), 'x'.repeat(4 * 2 ** 20));
    expect((await files.read(at('f')))?.length).toBe(4 * 2 ** 20);
    await writeFile(at('f'), 'x'.repeat(4 * 2 ** 20 + 1));
    expect(await refused(files.read(at('f')))).toEqual({
      code: 'FILE_FAILED',
      text: `cannot read ${at('f')}: it is larger than 4 MiB`,
    });
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe, nor read a device', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', at('pipe')]);
    for (const file of [at('pipe'), '/dev/zero'])
      expect((await refused(files.read(file))).text).toContain('it is not a regular file');
  });
});

describe('stat', () => {
  it.skipIf(whyNoSymlinks !== undefined)(unless(whyNoSymlinks, 'tells that two names are one file'), async () => {
    await writeFile(at('f'), '');
    await writeFile(at('other'), '');
    await symlink('f', at('link'));
    await link(at('f'), at('hard'));
    const nodes = await Promise.all(['f', 'link', 'hard', 'other'].map(async (name) => (await files.stat(at(name)))?.node));
    expect(new Set(nodes.slice(0, 3)).size).toBe(1);
    expect(nodes[3]).not.toBe(nodes[0]);
    expect(nodes[0]).toMatch(/^\d+:\d+$/);
  });
});

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;

describe('write', () => {
  it.each([0o600, 0o644, 0o755])('gives the file exactly the mode %i, whatever the umask is', async (mode) => {
    await files.write(at('f'), 'text', mode);
    expect(await readFile(at('f'), 'utf8')).toBe('text');
    expect(await modeOf(at('f'))).toBe(modeTold(mode));
  });

  it('replaces what was there, and its mode', async () => {
    await writeFile(at('f'), 'old and longer', { mode: 0o644 });
    await files.write(at('f'), 'new', 0o600);
    expect([await readFile(at('f'), 'utf8'), await modeOf(at('f'))]).toEqual(['new', modeTold(0o600)]);
    expect(await readdir(dir.path)).toEqual(['f']);
  });

  it('never changes the file in place: a reader keeps the whole old one', async () => {
    await files.write(at('f'), 'old', 0o600);
    const before = (await stat(at('f'))).ino;
    await files.write(at('f'), 'new', 0o600);
    expect((await stat(at('f'))).ino).not.toBe(before);
  });

  it('clears away what writers left that were killed, and nothing else', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'close');
    const alive = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(alive, 'spawn');
    try {
      const kept = [`.f.${alive.pid}.x1`, `.g.${gone.pid}.x1`, '.f.notes.txt', '.f', `f.${gone.pid}.x1`];
      const left = [`.f.${gone.pid}.x1`, `.f.${gone.pid}.x2`, `.f.${process.pid}.earlier1`];
      for (const name of [...kept, ...left]) await writeFile(at(name), '');
      await files.write(at('f'), 'new', 0o600);
      expect(await readdir(dir.path)).toEqual([...kept, 'f'].sort());
    } finally {
      alive.kill('SIGKILL');
      await once(alive, 'close');
    }
  });

  it('writes of one process at one file do not clear away each other', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => files.write(at('f'), `text ${i}`, 0o600)));
    expect(await readFile(at('f'), 'utf8')).toMatch(/^text \d+$/);
    expect(await readdir(dir.path)).toEqual(['f']);
  });

  it.skipIf(whyNoSymlinks !== undefined)(unless(whyNoSymlinks, 'writes through a symlink, which stays'), async () => {
    await mkdir(at('dotfiles'));
    await writeFile(at('dotfiles', 'real'), 'old');
    await symlink('dotfiles/real', at('link'));
    await files.write(at('link'), 'new', 0o600);
    expect(await readlink(at('link'))).toBe('dotfiles/real');
    expect(await readFile(at('dotfiles', 'real'), 'utf8')).toBe('new');
    expect(await readdir(dir.path)).toEqual(['dotfiles', 'link']);
  });

  it.skipIf(whyNoSymlinks !== undefined)(
    unless(whyNoSymlinks, 'writes to where a symlink points that has no file yet'),
    async () => {
      await mkdir(at('dotfiles'));
      await symlink('dotfiles/real', at('link'));
      await files.write(at('link'), 'new', 0o600);
      expect(await readlink(at('link'))).toBe('dotfiles/real');
      expect(await readFile(at('dotfiles', 'real'), 'utf8')).toBe('new');
    },
  );

  it.skipIf(whyNoSymlinks !== undefined)(
    unless(whyNoSymlinks, 'refuses symlinks that lead nowhere but to each other'),
    async () => {
      await symlink('b', at('a'));
      await symlink('a', at('b'));
      expect(await refused(files.write(at('a'), 'x', 0o600))).toEqual({
        code: 'FILE_FAILED',
        text: `cannot write ${at('a')}: too many symlinks`,
      });
    },
  );

  it.skipIf(whyNoPosixPaths !== undefined)(
    unless(whyNoPosixPaths, 'refuses a directory, a device and a socket, and leaves them as they are'),
    async () => {
      await mkdir(at('d'));
      const server = createServer().listen(at('s'));
      await new Promise((resolve) => server.once('listening', resolve));
      for (const target of [at('d'), '/dev/null', at('s')]) {
        expect(await refused(files.write(target, 'x', 0o600))).toEqual({
          code: 'FILE_FAILED',
          text: `cannot replace ${target}: it is not a regular file`,
        });
      }
      expect(await readdir(dir.path)).toEqual(['d', 's']);
      await new Promise((resolve) => server.close(resolve));
    },
  );

  it.each([
    // Windows does not say which part of a path is wrong.
    ['below a file', 'f/x', whyNoPosixPaths ? 'no such file or directory' : 'a part of the path is not a directory'],
    ['below nothing', 'no/such/x', 'no such file or directory'],
  ])('says why it cannot write %s', async (_, name, reason) => {
    await writeFile(at('f'), '');
    expect(await refused(files.write(at(name), 'x', 0o600))).toEqual({
      code: 'FILE_FAILED',
      text: `cannot write ${at(name)}: ${reason}`,
    });
    expect(await readdir(dir.path)).toEqual(['f']);
  });

  const root = process.getuid?.() === 0;
  const whyNoModes = root ? 'root may write everywhere' : lacksModes;
  it.skipIf(whyNoModes !== undefined)(unless(whyNoModes, 'is denied in a directory without the right to write'), async () => {
    await mkdir(at('d'), { mode: 0o500 });
    expect(await refused(files.write(at('d', 'x'), 'x', 0o600))).toEqual({
      code: 'FILE_DENIED',
      text: `may not write ${at('d', 'x')}`,
    });
    await chmod(at('d'), 0o700);
  });

  const whyNot = whyNoMount();
  it.skipIf(whyNot !== undefined)(unless(whyNot, 'is denied on a read-only file system'), async () => {
    const mount = await privateMount({ mount: 'size=64k', prepare: 'echo old >"$1/f"', remount: 'ro' });
    const file = path.join(mount.path, 'f');
    try {
      expect((await refused(files.write(file, 'new', 0o600))).code).toBe('FILE_DENIED');
      expect((await refused(files.remove(file))).code).toBe('FILE_DENIED');
      expect((await refused(files.makeDir(path.join(mount.path, 'a', 'b'), 0o700))).code).toBe('FILE_DENIED');
      expect(await files.read(file)).toBe('old\n');
    } finally {
      await mount.release();
    }
  });

  it.skipIf(whyNot !== undefined)(
    unless(whyNot, 'keeps the old file when the disk is full, and leaves nothing else'),
    async () => {
      const mount = await privateMount({ mount: 'size=64k', prepare: 'echo old >"$1/f"' });
      const file = path.join(mount.path, 'f');
      try {
        expect((await refused(files.write(file, 'x'.repeat(200_000), 0o600))).code).toBe('DISK_FULL');
        expect([await files.read(file), await readdir(mount.path)]).toEqual(['old\n', ['f']]);
        await files.write(file, 'it fits', 0o600);
        expect(await files.read(file)).toBe('it fits');
      } finally {
        await mount.release();
      }
    },
  );

  it.skipIf(whyNot !== undefined)(unless(whyNot, 'says that the disk is full when it has no inode left'), async () => {
    const mount = await privateMount({ mount: 'nr_inodes=2', prepare: 'echo old >"$1/f"' });
    try {
      expect((await refused(files.write(path.join(mount.path, 'g'), 'x', 0o600))).code).toBe('DISK_FULL');
    } finally {
      await mount.release();
    }
  });
});

describe('read, remove, list and stat', () => {
  it('find nothing where nothing is, and below a file', async () => {
    await writeFile(at('f'), '');
    for (const nothing of [at('x'), at('f', 'x'), at('no', 'such')]) {
      expect(await files.read(nothing)).toBeUndefined();
      expect(await files.stat(nothing)).toBeUndefined();
      expect(await files.remove(nothing)).toBe(false);
      expect(await files.list(nothing)).toEqual([]);
      expect(await files.tail(nothing, 10)).toBe('');
    }
  });

  it('say what is there', async () => {
    await writeFile(at('f'), 'abc', { mode: 0o640 });
    await chmod(at('f'), 0o640);
    expect(await files.stat(at('f'))).toMatchObject({
      kind: 'file',
      mode: modeTold(0o640),
      size: 3,
      uid: process.getuid?.() ?? 0,
    });
    expect((await files.stat(dir.path))?.kind).toBe('directory');
    if (whyNoPosixPaths === undefined) expect((await files.stat('/dev/null'))?.kind).toBe('other');
    expect(await files.list(dir.path)).toEqual(['f']);
    expect(await files.remove(at('f'))).toBe(true);
    expect(await files.list(dir.path)).toEqual([]);
  });

  it('refuse what cannot be read or removed as a file', async () => {
    expect(await refused(files.read(dir.path))).toEqual({
      code: 'FILE_FAILED',
      text: `cannot read ${dir.path}: it is a directory`,
    });
    // A folder of Windows is opened like an empty file.
    if (whyNoPosixPaths) expect(await files.tail(dir.path, 10)).toBe('');
    else expect((await refused(files.tail(dir.path, 10))).code).toBe('FILE_FAILED');
    // Windows refuses to unlink a folder as it refuses what one has no right to.
    expect((await refused(files.remove(dir.path))).text).toContain(whyNoPosixPaths ? 'may not remove' : 'cannot remove');
  });
});

describe('setAside', () => {
  it('moves a file to a name that is free, private, and never over another', async () => {
    for (const text of ['a', 'b', 'c']) {
      await writeFile(at('f'), text, { mode: 0o644 });
      await files.setAside(at('f'), 'old');
    }
    expect(await readdir(dir.path)).toEqual(['f.old', 'f.old-2', 'f.old-3']);
    expect(await readFile(at('f.old-2'), 'utf8')).toBe('b');
    expect(await modeOf(at('f.old'))).toBe(modeTold(0o600));
    if (whyNoSymlinks === undefined) await symlink('nowhere', at('g.old'));
    else await mkdir(at('g.old'));
    await writeFile(at('g'), '');
    expect(await files.setAside(at('g'), 'old')).toBe(at('g.old-2'));
  });

  it('says that there is nothing to move', async () => {
    expect((await refused(files.setAside(at('x'), 'old'))).text).toBe(`cannot move ${at('x')}: no such file or directory`);
  });
});

describe('makeDir', () => {
  it('makes parents with the mode, and leaves what is there as it is', async () => {
    await mkdir(at('a'), { mode: 0o755 });
    await files.makeDir(at('a', 'b', 'c'), 0o700);
    expect(await Promise.all(['a', 'a/b', 'a/b/c'].map((name) => modeOf(at(name))))).toEqual([0o755, 0o700, 0o700].map(modeTold));
    await files.makeDir(at('a'), 0o700);
    expect(await modeOf(at('a'))).toBe(modeTold(0o755));
  });

  it('says that a file is in the way', async () => {
    await writeFile(at('f'), '');
    expect((await refused(files.makeDir(at('f', 'd'), 0o700))).text).toMatch(
      whyNoPosixPaths ? 'file already exists' : 'a part of the path is not a directory',
    );
    expect((await refused(files.makeDir(at('f'), 0o700))).code).toBe('FILE_FAILED');
  });
});

describe('canonical', () => {
  it.skipIf(whyNoSymlinks !== undefined)(
    unless(whyNoSymlinks, 'resolves symlinks as far as the path exists, and keeps the rest'),
    async () => {
      await mkdir(at('real', 'deep'), { recursive: true });
      await symlink('real', at('link'));
      await symlink('deep', at('real', 'in'));
      expect(await files.canonical(at('link'))).toBe(at('real'));
      expect(await files.canonical(at('link', 'in', 'no', 'such'))).toBe(at('real', 'deep', 'no', 'such'));
      expect(await files.canonical(at('link', '..', 'x'))).toBe(at('x'));
      expect(await files.canonical('/')).toBe('/');
    },
  );

  it.skipIf(whyNoSymlinks !== undefined)(unless(whyNoSymlinks, 'gives one answer for two ways to one directory'), async () => {
    await mkdir(at('home'));
    await symlink('home', at('alias'));
    expect(await files.canonical(at('alias', '.zero'))).toBe(await files.canonical(at('home', '.zero')));
  });
});

describe('tail', () => {
  it.each([
    [3, 'fgh'],
    [8, 'abcdefgh'],
    [100, 'abcdefgh'],
    [0, ''],
  ])('gives the last %i bytes', async (bytes, expected) => {
    await writeFile(at('f'), 'abcdefgh');
    expect(await files.tail(at('f'), bytes)).toBe(expected);
  });

  it('gives nothing of an empty file', async () => {
    await writeFile(at('f'), '');
    expect(await files.tail(at('f'), 10)).toBe('');
  });
});
