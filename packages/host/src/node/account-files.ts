import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Files } from '../ports.ts';
import { fileProblem } from './file-problem.ts';
import { isMissing } from './read-files.ts';

/** Who a file is written as. */
export interface Owner {
  uid: number;
  gid: number;
  home: string;
}

/**
 * Files as root has them, but for what is written below the home of `owner`: that is done with the rights of the account and
 * belongs to it afterwards. Root follows no link there that the account made, and leaves nothing that it could not change.
 */
export function accountFiles(files: Files, owner: Owner): Files {
  const isHome = (file: string) => file.startsWith(`${path.resolve(owner.home)}${path.sep}`);
  const done = async <T>(file: string, action: string, body: () => T): Promise<T> => {
    try {
      return as(owner, body);
    } catch (error) {
      throw fileProblem(error, file, action);
    }
  };
  return {
    ...files,
    write: (file, content, mode) =>
      isHome(file) ? done(file, 'write', () => write(file, content, mode)) : files.write(file, content, mode),
    makeDir: async (directory, mode) => {
      if (!isHome(directory)) return files.makeDir(directory, mode);
      await done(directory, 'create the directory', () => mkdirSync(directory, { recursive: true, mode }));
    },
    remove: (file) => (isHome(file) ? done(file, 'remove', () => remove(file)) : files.remove(file)),
  };
}

/** The ids belong to the whole process: nothing else may run in between, so `body` never waits for anything. */
function as<T>({ uid, gid }: Owner, body: () => T): T {
  const { getgroups, setgroups, getegid, setegid, geteuid, seteuid } = process;
  // Windows has none of them, and only root may become somebody else.
  if (!getgroups || !setgroups || !getegid || !setegid || !geteuid || !seteuid || geteuid() !== 0) return body();
  const before = { groups: getgroups(), gid: getegid() };
  setgroups([gid]);
  setegid(gid);
  seteuid(uid);
  try {
    return body();
  } finally {
    seteuid(0);
    setegid(before.gid);
    setgroups(before.groups);
  }
}

function write(file: string, content: string | Uint8Array, mode: number): void {
  const target = targetOf(file);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.root`);
  try {
    const handle = openSync(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    try {
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    chmodSync(temporary, mode);
    renameSync(temporary, target);
  } catch (error) {
    remove(temporary);
    throw error;
  }
}

function remove(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Behind a symlink the file that it points to, so that the link stays. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (isMissing(error)) return file;
    throw error;
  }
}
