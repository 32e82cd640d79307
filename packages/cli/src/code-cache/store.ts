import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type Code, type Head, isWhole, LONGEST_HEAD, PREFIX_BYTES, parseHead, renderCache } from './format.ts';

/** Files of other releases and other versions of Node that are left beside the one that is written. */
const KEPT = 3;
const OTHERS_MAY_WRITE = 0o022;

/** Compiled code that was kept by an earlier run. Nothing of it ever fails a command: what cannot be read is not there. */
export interface Store {
  commands: readonly string[];
  /** The code of a chunk, when it is there as it was written, and made of a file of that time. */
  read(chunk: string, source: number): Buffer | undefined;
  /** Writes the file anew, with what it had of other chunks; nothing is read of it afterwards. */
  write(commands: string[], code: ReadonlyMap<string, Code>): void;
  close(): void;
}

/** The file `name` in `folder`, which need not be there. Code is read from what belongs to this account alone, and only there. */
export function openStore(folder: string, name: string): Store {
  const file = path.join(folder, name);
  let fd = openOwn(folder, file);
  const { head, start } = (fd === undefined ? undefined : readHead(fd)) ?? { head: EMPTY, start: 0 };
  const read = (chunk: string, source: number): Buffer | undefined => {
    const place = Object.hasOwn(head.chunks, chunk) ? head.chunks[chunk] : undefined;
    if (fd === undefined || place?.source !== source) return undefined;
    const code = readAt(fd, start + place.at, place.bytes);
    return code && isWhole(code, place) ? code : undefined;
  };
  const close = () => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  return {
    commands: head.commands,
    read,
    write(commands, code) {
      const all = new Map(code);
      for (const [chunk, { source }] of Object.entries(head.chunks)) {
        const bytes = all.has(chunk) ? undefined : read(chunk, source);
        if (bytes) all.set(chunk, { source, bytes });
      }
      quietly(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        if (!isOurs(lstatSync(folder))) return;
        const fresh = `${file}.${process.pid}`;
        writeFileSync(fresh, renderCache(commands, all), { mode: 0o600, flag: 'wx' });
        // Windows replaces no file that is open, be it by this very process.
        close();
        try {
          renameSync(fresh, file);
        } catch (error) {
          unlinkSync(fresh);
          throw error;
        }
        removeOld(folder, name);
      });
    },
    close,
  };
}

const EMPTY: Head = { commands: [], chunks: {} };

/** Code of another account would be run as this one: by root, for one, that was given a user's HOME. */
function openOwn(folder: string, file: string): number | undefined {
  return quietly(() => {
    if (!isOurs(lstatSync(folder))) return undefined;
    const fd = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const stat = fstatSync(fd);
    if (stat.isFile() && isOurs(stat)) return fd;
    closeSync(fd);
    return undefined;
  });
}

function isOurs({ uid, mode }: Stats): boolean {
  // Windows has neither; the folder is below the account's own there.
  return process.geteuid === undefined || (uid === process.geteuid() && (mode & OTHERS_MAY_WRITE) === 0);
}

function readHead(fd: number): { head: Head; start: number } | undefined {
  const length = readAt(fd, 0, PREFIX_BYTES)?.readUInt32LE();
  if (length === undefined || length > LONGEST_HEAD) return undefined;
  const head = parseHead(readAt(fd, PREFIX_BYTES, length)?.toString('utf8') ?? '');
  return head && { head, start: PREFIX_BYTES + length };
}

function readAt(fd: number, at: number, bytes: number): Buffer | undefined {
  return quietly(() => {
    const buffer = Buffer.allocUnsafeSlow(bytes);
    return readSync(fd, buffer, 0, bytes, at) === bytes ? buffer : undefined;
  });
}

function removeOld(folder: string, name: string): void {
  const others = readdirSync(folder)
    .filter((each) => each !== name && each.startsWith('code-'))
    .map((each) => path.join(folder, each))
    .map((each) => ({ each, at: statSync(each).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { each } of others.slice(KEPT)) unlinkSync(each);
}

/** A cache that cannot be used is no failure of the command, whatever the reason. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
