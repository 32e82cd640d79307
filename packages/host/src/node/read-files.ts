import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statfsSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { Problem } from '@polygate/core';
import type { FileStat, Files } from '../ports.ts';
import { decode } from './encoding.ts';
import { fileProblem } from './file-problem.ts';

const MISSING = new Set(['ENOENT', 'ENOTDIR']);
export const isMissing = (error: unknown): boolean => MISSING.has((error as NodeJS.ErrnoException).code ?? '');

// Nothing that Polygate reads whole comes near: a ledger of ten thousand instances has 4 MiB.
const MAX_READ_BYTES = 4 * 2 ** 20;
const unreadable = (file: string, reason: string) => new Problem('FILE_FAILED', { file, action: 'read', reason });

/**
 * The part of files that only looks. On the spot: what Polygate reads is small, and a read through Node's thread pool costs a
 * short command ten times what the read does (docs/decisions/0005).
 */
export const reading: Pick<Files, 'read' | 'list' | 'stat' | 'room' | 'canonical' | 'tail'> = {
  async read(file) {
    try {
      // Not waiting: a pipe without a writer would hold the command for ever.
      return withFile(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0), (handle) => {
        const found = fstatSync(handle);
        if (found.isFile() && found.size > MAX_READ_BYTES)
          throw unreadable(file, `it is larger than ${MAX_READ_BYTES / 2 ** 20} MiB`);
        if (!found.isFile() && !found.isDirectory()) throw unreadable(file, 'it is not a regular file');
        return decode(readFileSync(handle));
      });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileProblem(error, file, 'read');
    }
  },

  async list(directory) {
    try {
      return readdirSync(directory);
    } catch {
      return [];
    }
  },

  async stat(file): Promise<FileStat | undefined> {
    try {
      // Numbers of inodes are larger than what a float holds exactly (NTFS, ZFS): as bigints they stay what they are.
      const found = statSync(file, { bigint: true });
      const { dev, ino, mode, uid, size, mtimeMs } = found;
      return {
        kind: found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other',
        ...{ mode: Number(mode) & 0o777, uid: Number(uid), size: Number(size), modifiedMs: Number(mtimeMs) },
        ...(ino === 0n ? {} : { node: `${dev}:${ino}` }),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileProblem(error, file, 'look at');
    }
  },

  async room(directory) {
    try {
      const { bavail, bsize } = statfsSync(directory);
      return { readOnly: isReadOnly(directory), freeBytes: bavail * bsize };
    } catch {
      return undefined;
    }
  },

  async canonical(file) {
    const rest: string[] = [];
    for (let at = path.resolve(file); ; at = path.dirname(at)) {
      try {
        return path.join(realpathSync.native(at), ...rest);
      } catch {
        if (at === path.dirname(at)) return path.resolve(file);
        rest.unshift(path.basename(at));
      }
    }
  },

  async tail(file, bytes) {
    try {
      return withFile(file, constants.O_RDONLY, (handle) => {
        const { size } = fstatSync(handle);
        const buffer = Buffer.alloc(Math.min(size, bytes));
        const length = readSync(handle, buffer, 0, buffer.length, size - buffer.length);
        return buffer.subarray(0, length).toString('utf8');
      });
    } catch (error) {
      if (isMissing(error)) return '';
      throw fileProblem(error, file, 'read');
    }
  },
};

function withFile<T>(file: string, flags: number, body: (handle: number) => T): T {
  const handle = openSync(file, flags);
  try {
    return body(handle);
  } finally {
    closeSync(handle);
  }
}

function isReadOnly(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}
