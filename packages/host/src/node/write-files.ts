import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, open, readdir, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '@polygate/core';
import type { Files } from '../ports.ts';
import { encode } from './encoding.ts';
import { fileProblem } from './file-problem.ts';
import { isMissing } from './read-files.ts';

let temporaries = 0;
// With the pid it is a name of its own, also when a later process gets the same pid.
const thisStart = Math.round(performance.timeOrigin).toString(36);
const nextTemporary = () => `${thisStart}${(temporaries += 1)}`;

/** The part of files that changes them. */
export const writing: Pick<Files, 'write' | 'copyFile' | 'setAside' | 'setMode' | 'remove' | 'makeDir'> = {
  async write(file, content, mode) {
    const target = await writableTarget(file);
    const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.${nextTemporary()}`);
    await clearLeftovers(target);
    try {
      // Private until it is whole, whatever its mode will be.
      const handle = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
      try {
        await handle.writeFile(encode(target, content));
        await handle.chmod(mode);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await renameOver(temporary, target);
      await syncDirectory(path.dirname(target));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw fileProblem(error, file, 'write');
    }
  },

  async copyFile(from, to) {
    try {
      await copyFile(from, to);
    } catch (error) {
      throw fileProblem(error, from, 'copy');
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
};

/** So long a reader is waited for, in steps of POLL_MS. */
const OPEN_MS = 2_000;
const POLL_MS = 20;

// Windows puts no file in the place of one that somebody has open, and the scanners there open each new one for a moment.
async function renameOver(from: string, to: string): Promise<void> {
  for (let waited = 0; ; waited += POLL_MS) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const isOpen = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (process.platform !== 'win32' || !isOpen || waited >= OPEN_MS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
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
