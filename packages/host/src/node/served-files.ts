import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isWithin } from '@polygate/core';
import type { ServedFile, ServedFiles } from '../ports.ts';
import { watchTree } from './watch-tree.ts';

/** O_NONBLOCK: a pipe in the directory must not hold anybody up. Windows has no such flag and no such pipe. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** What is said of a name that leads to no file that can be read. */
const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG', 'EISDIR', 'ENXIO', 'EINVAL', 'ENODEV']);

/**
 * The files below a directory, and nothing outside of it: whatever a link or a race leads to, what is served is what was opened,
 * and only where its real path lies inside and holds no hidden name.
 */
export function servedFiles(root: string): ServedFiles {
  return {
    root,
    open: (names) => openBelow(root, names),
    watch: (onChange) => watchTree(root, onChange),
  };
}

async function openBelow(root: string, names: readonly string[]): Promise<ServedFile | 'directory' | undefined> {
  const file = path.join(root, ...names);
  const handle = await openOrNothing(file);
  if (handle === 'directory') return (await isInside(root, await realOf(file))) ? handle : undefined;
  if (!handle) return undefined;
  try {
    const found = await handle.stat();
    const real = await realPathOf(handle, file, found);
    if (!(await isInside(root, real))) return await nothing(handle);
    if (found.isDirectory()) {
      await handle.close();
      return 'directory';
    }
    if (!found.isFile()) return await nothing(handle);
    return {
      ...{ size: found.size, modifiedMs: Math.floor(found.mtimeMs) },
      tag: [found.ino, found.size, Math.floor(found.mtimeMs)].map((each) => each.toString(36)).join('-'),
      async read(from, bytes) {
        const buffer = Buffer.allocUnsafe(bytes);
        let filled = 0;
        while (filled < bytes) {
          const { bytesRead } = await handle.read(buffer, filled, bytes - filled, from + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      },
      stream: (from, to) => handle.createReadStream({ start: from, end: to }),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function nothing(handle: FileHandle): Promise<undefined> {
  await handle.close();
}

/** On Windows a directory cannot be opened at all. */
async function openOrNothing(file: string): Promise<FileHandle | 'directory' | undefined> {
  try {
    return await open(file, FLAGS);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!NO_FILE.has(code)) throw error;
    return process.platform === 'win32' && (await stat(file).catch(() => undefined))?.isDirectory() ? 'directory' : undefined;
  }
}

/** Where that which was opened lies in truth; undefined where it has no name any more, or its name means another file by now. */
async function realPathOf(
  handle: FileHandle,
  file: string,
  { dev, ino }: { dev: number; ino: number },
): Promise<string | undefined> {
  // Linux tells it of the open file itself. One that was removed is told with a mark behind its name.
  if (process.platform === 'linux') return readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
  const real = await realOf(file);
  const named = real === undefined ? undefined : await stat(real).catch(() => undefined);
  return named && named.dev === dev && named.ino === ino ? real : undefined;
}

const realOf = (file: string): Promise<string | undefined> => realpath(file).catch(() => undefined);

async function isInside(root: string, real: string | undefined): Promise<boolean> {
  const top = await realOf(root);
  if (top === undefined || real === undefined || !isWithin(path, top, real)) return false;
  return !path
    .relative(top, real)
    .split(path.sep)
    .some((name) => name.startsWith('.'));
}
