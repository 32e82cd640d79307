import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '@polygate/core';
import type { FileStat, Files } from '../ports.ts';
import { fileProblem } from './file-problem.ts';

const MISSING = new Set(['ENOENT', 'ENOTDIR']);
const isMissing = (error: unknown) => MISSING.has((error as NodeJS.ErrnoException).code ?? '');

// Nothing that Polygate reads whole comes near: a ledger of ten thousand instances has 4 MiB.
const MAX_READ_BYTES = 4 * 2 ** 20;
const unreadable = (file: string, reason: string) => new Problem('FILE_FAILED', { file, action: 'read', reason });

let temporaries = 0;
// With the pid it is a name of its own, also when a later process gets the same pid.
const thisStart = Math.round(performance.timeOrigin).toString(36);
const nextTemporary = () => `${thisStart}${(temporaries += 1)}`;

export const nodeFiles: Files = {
  async read(file) {
    try {
      // Not waiting: a pipe without a writer would hold the command for ever.
      const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        const found = await handle.stat();
        if (found.isFile() && found.size > MAX_READ_BYTES)
          throw unreadable(file, `it is larger than ${MAX_READ_BYTES / 2 ** 20} MiB`);
        if (!found.isFile() && !found.isDirectory()) throw unreadable(file, 'it is not a regular file');
        return await handle.readFile('utf8');
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileProblem(error, file, 'read');
    }
  },

  async write(file, content, mode) {
    const target = await writableTarget(file);
    const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.${nextTemporary()}`);
    await clearLeftovers(target);
    try {
      // Private until it is whole, whatever its mode will be.
      const handle = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
      try {
        await handle.writeFile(content);
        await handle.chmod(mode);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, target);
      await syncDirectory(path.dirname(target));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw fileProblem(error, file, 'write');
    }
  },

  async setAside(file, label) {
    try {
      for (let n = 1; ; n += 1) {
        const aside = `${file}.${label}${n === 1 ? '' : `-${n}`}`;
        if (await lstat(aside).catch(() => undefined)) continue;
        await rename(file, aside);
        await chmod(aside, 0o600);
        return aside;
      }
    } catch (error) {
      throw fileProblem(error, file, 'move');
    }
  },

  async setMode(file, mode) {
    try {
      await chmod(file, mode);
    } catch (error) {
      throw fileProblem(error, file, 'change the mode of');
    }
  },

  async remove(file) {
    try {
      await unlink(file);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw fileProblem(error, file, 'remove');
    }
  },

  async makeDir(directory, mode) {
    try {
      await makeDirs(directory, mode);
    } catch (error) {
      throw fileProblem(error, directory, 'create the directory');
    }
  },

  async list(directory) {
    return readdir(directory).catch(() => []);
  },

  async stat(file): Promise<FileStat | undefined> {
    try {
      // Numbers of inodes are larger than what a float holds exactly (NTFS, ZFS): as bigints they stay what they are.
      const { dev, ino, mode, uid, size, mtimeMs, ...found } = await statExactly(file);
      return {
        ...found,
        ...{ mode: Number(mode) & 0o777, uid: Number(uid), size: Number(size), modifiedMs: Number(mtimeMs) },
        ...(ino === 0n ? {} : { node: `${dev}:${ino}` }),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileProblem(error, file, 'look at');
    }
  },

  async canonical(file) {
    const rest: string[] = [];
    for (let at = path.resolve(file); ; at = path.dirname(at)) {
      try {
        return path.join(await realpath(at), ...rest);
      } catch {
        if (at === path.dirname(at)) return path.resolve(file);
        rest.unshift(path.basename(at));
      }
    }
  },

  async tail(file, bytes) {
    try {
      const handle = await open(file, 'r');
      try {
        const { size } = await handle.stat();
        const length = Math.min(size, bytes);
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
        return buffer.subarray(0, bytesRead).toString('utf8');
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (isMissing(error)) return '';
      throw fileProblem(error, file, 'read');
    }
  },

  // Hardly any command needs them, and every command loads this file.
  trees: {
    kindOf: async (path) => (await trees()).kindOf(path),
    move: async (from, to) => (await trees()).move(from, to),
    copy: async (from, to, except) => (await trees()).copy(from, to, except),
    remove: async (path) => (await trees()).remove(path),
    removeEmpty: async (path) => (await trees()).removeEmpty(path),
  },
};

const trees = async () => (await import('./trees.ts')).nodeTrees;

async function statExactly(file: string) {
  const found = await stat(file, { bigint: true });
  const { dev, ino, mode, uid, size, mtimeMs } = found;
  const kind: FileStat['kind'] = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
  return { dev, ino, mode, uid, size, mtimeMs, kind };
}

// mkdir with `recursive` says ENOENT on a read-only file system (Node 20 to 24), and no more.
async function makeDirs(directory: string, mode: number): Promise<void> {
  try {
    await mkdir(directory, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = path.dirname(directory);
    if (code === 'ENOENT' && parent !== directory) {
      await makeDirs(parent, mode);
      await makeDirs(directory, mode);
    } else if (!(await stat(directory).catch(() => undefined))?.isDirectory()) throw error;
  }
}

/** Removes temporary files beside a file whose writers were killed. A live one keeps its own. */
async function clearLeftovers(target: string): Promise<void> {
  const start = `.${path.basename(target)}.`;
  for (const name of await readdir(path.dirname(target)).catch(() => [])) {
    const [, pid, of] = (name.startsWith(start) && /^(\d+)\.(\w+)$/.exec(name.slice(start.length))) || [];
    if (pid === undefined || of === undefined) continue;
    const isOwn = Number(pid) === process.pid && of.startsWith(thisStart);
    if (!isOwn && (Number(pid) === process.pid || !exists(Number(pid)))) {
      await unlink(path.join(path.dirname(target), name)).catch(() => undefined);
    }
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is another account's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** The file that a write really replaces: behind a symlink the file it points to, so that the link stays. */
async function writableTarget(file: string): Promise<string> {
  try {
    const entry = await lstat(file);
    if (entry.isSymbolicLink()) return await linkTarget(file);
    if (!entry.isFile()) throw new Problem('FILE_FAILED', { file, action: 'replace', reason: 'it is not a regular file' });
  } catch (error) {
    if (!isMissing(error)) throw fileProblem(error, file, 'write');
  }
  return file;
}

async function linkTarget(link: string): Promise<string> {
  try {
    return await realpath(link);
  } catch (error) {
    if (!isMissing(error)) throw error;
    // It points to a file that is not there yet.
    return writableTarget(path.resolve(await realpath(path.dirname(link)), await readlink(link)));
  }
}

// A rename is on disk only when its directory is. Not every file system lets a directory be synced.
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
