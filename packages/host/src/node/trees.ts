import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '@polygate/core';
import type { Trees } from '../ports.ts';
import { fileProblem } from './file-problem.ts';

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

export const nodeTrees: Trees = {
  async kindOf(file) {
    try {
      const found = await lstat(file);
      if (found.isSymbolicLink()) return 'link';
      return found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other';
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
      throw fileProblem(error, file, 'look at');
    }
  },

  async move(from, to) {
    // rename would take the place of an empty directory, and of any file.
    if (await nodeTrees.kindOf(to)) throw new Problem('FILE_FAILED', { file: to, action: 'make', reason: 'it is there already' });
    try {
      await rename(from, to);
    } catch (error) {
      throw fileProblem(error, from, 'move');
    }
  },

  async copy(from, to, except) {
    try {
      return await copyInto({ root: from, except: new Set(except) }, from, to);
    } catch (error) {
      throw fileProblem(error, to, 'copy to');
    }
  },

  async remove(file) {
    try {
      await rm(file, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      throw fileProblem(error, file, 'remove');
    }
  },

  async removeEmpty(directory) {
    try {
      await rmdir(directory);
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw fileProblem(error, directory, 'remove');
    }
  },
};

interface Copying {
  root: string;
  except: ReadonlySet<string>;
}

async function copyInto(copying: Copying, from: string, to: string): Promise<string[]> {
  if (copying.except.has(from)) return [];
  const found = await lstat(from);
  if (found.isDirectory()) {
    await mkdir(to, { recursive: true, mode: 0o700 });
    const skipped: string[] = [];
    for (const name of await readdir(from))
      skipped.push(...(await copyInto(copying, path.join(from, name), path.join(to, name))));
    await chmod(to, found.mode & 0o777);
    return skipped;
  }
  if (found.isFile()) {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await chmod(to, found.mode & 0o777);
    return [];
  }
  const target = found.isSymbolicLink() ? await readlink(from) : undefined;
  if (target === undefined || !staysInside(copying.root, from, target)) return [from];
  // A copy that was interrupted has made it already.
  await symlink(target, to).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  return [];
}

/** An absolute link leads into the tree that it was copied from, whatever it names. */
function staysInside(root: string, link: string, target: string): boolean {
  const way = path.relative(root, path.resolve(path.dirname(link), target));
  return !path.isAbsolute(target) && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}
