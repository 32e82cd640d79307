import { rmdirSync, type Stats, unlinkSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Life, LockOwners } from './lock-owner.ts';

type Done<T = void> = (error: NodeJS.ErrnoException | null, value?: T) => void;

/** One attempt at one lock. */
export interface LockFolder {
  /** Who holds it, as far as was seen; changes when it changes hands. '' for nobody. */
  holder(): string;
  /** For proper-lockfile. */
  fs: {
    mkdir(path: string, done: Done): void;
    rmdir(path: string, done: Done): void;
    stat(path: string, done: Done<Pick<Stats, 'mtime'>>): void;
    utimes(path: string, access: Date, modified: Date, done: Done): void;
    /** Called when the process exits with the lock held. */
    rmdirSync(): void;
  };
  /** Removes what processes left that were killed on their way to this lock. */
  tidy(): Promise<void>;
}

/** How long an owner that lived is taken to live on without being looked up again: many may wait for one. */
const LOOK_AGAIN_MS = 250;
let serial = 0;
// A name that no other process gets, not even a later one with the same pid.
const nextName = () => `${process.pid}-${Math.round(performance.timeOrigin).toString(36)}${(serial += 1)}`;

/**
 * The few functions of `fs` that proper-lockfile calls, for one attempt at one lock. The lock is a folder as the library wants
 * it, with a file in it that names the owner. The library judges by the folder's time and removes whatever folder is there;
 * these judge by the owner, and remove that owner's file alone. So a wall clock that jumps changes nothing, and of several
 * that find the same dead owner only one gets the lock: a folder with another owner in it is neither removed nor replaced.
 */
export function lockFolder(folder: string, owners: LockOwners, staleMs: number): LockFolder {
  /** Name of this process's file in the folder while it holds the lock. */
  let mine: string | undefined;
  let judged: string[] = [];
  const sight = { holder: '', since: 0, beat: 0, looked: Number.NEGATIVE_INFINITY, life: 'unknown' as Life };

  async function enter(): Promise<void> {
    if ((await namesIn(folder).catch(asBusy)).length > 0) throw failure('EEXIST');
    const owner = await owners.self();
    const name = nextName();
    const prepared = `${folder}.${name}`;
    let isPrepared = false;
    try {
      await mkdir(prepared, { mode: 0o700 });
      await writeFile(path.join(prepared, name), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
      isPrepared = true;
      // Windows does not rename over a folder, not even an empty one.
      await rmdir(folder).catch(() => undefined);
      // Owner and lock come into being in one step: it fails where a folder with a file in it is.
      await rename(prepared, folder);
      mine = name;
    } catch (error) {
      // On Windows it may be in use for a moment, by a scanner of viruses for one.
      await rm(prepared, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }).catch(() => undefined);
      // What may be made beside it may be made: it is in use, or has been a moment ago.
      throw isBusy(error as NodeJS.ErrnoException) || (isPrepared && isInUse(error as NodeJS.ErrnoException))
        ? failure('EEXIST')
        : error;
    }
  }

  async function leave(): Promise<void> {
    const names = mine === undefined ? judged : [mine];
    mine = undefined;
    for (const name of names) await unlink(path.join(folder, name)).catch(ignoreGone);
    // Whoever was faster has a file in it by now.
    await rmdir(folder).catch(() => undefined);
  }

  /** The library compares the time of its own lock with what it set, and that of another's with the clock. */
  async function look(): Promise<Pick<Stats, 'mtime'>> {
    if (mine !== undefined) return stat(folder);
    const found = await stat(folder).catch(asGone);
    const names = await namesIn(folder).catch(asGone);
    return { mtime: (await isAbandoned(names, found.mtimeMs)) ? new Date(0) : new Date() };
  }

  async function isAbandoned(names: string[], beat: number): Promise<boolean> {
    judged = names;
    const now = performance.now();
    const holder = names.join('/');
    if (holder !== sight.holder || beat !== sight.beat) {
      if (holder !== sight.holder) sight.looked = Number.NEGATIVE_INFINITY;
      Object.assign(sight, { holder, beat, since: now });
    }
    if (now - sight.looked >= LOOK_AGAIN_MS) {
      const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8').catch(() => '')));
      const lives = await Promise.all(texts.map((text) => owners.lifeOf(text)));
      sight.life = lives.find((life) => life === 'alive') ?? lives.find((life) => life === 'unknown') ?? 'dead';
      sight.looked = now;
    }
    // Its sign of life was watched, by a clock that nobody sets.
    return sight.life === 'dead' || (sight.life === 'unknown' && now - sight.since >= staleMs);
  }

  return {
    holder: () => sight.holder,
    fs: {
      mkdir: (_: string, done: Done) => void callBack(enter(), done),
      rmdir: (_: string, done: Done) => void callBack(leave(), done),
      stat: (_: string, done: Done<Pick<Stats, 'mtime'>>) => void callBack(look(), done),
      utimes: (at: string, access: Date, modified: Date, done: Done) => void callBack(utimes(at, access, modified), done),
      rmdirSync: () => {
        if (mine === undefined) return;
        unlinkSync(path.join(folder, mine));
        rmdirSync(folder);
      },
    },
    async tidy(): Promise<void> {
      const parent = path.dirname(folder);
      const start = `${path.basename(folder)}.`;
      const left = (await namesIn(parent)).filter((name) => name.startsWith(start) && /^\d+-\w+$/.test(name.slice(start.length)));
      for (const name of left) {
        const text = await readFile(path.join(parent, name, name.slice(start.length)), 'utf8').catch(() => '');
        // Without an owner in it yet, the pid in its name has to do.
        const isDead =
          text === ''
            ? await owners.isGone(Number.parseInt(name.slice(start.length), 10))
            : (await owners.lifeOf(text)) === 'dead';
        if (isDead) {
          await rm(path.join(parent, name), { recursive: true, force: true }).catch(() => undefined);
        }
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** Somebody else was faster. The library looks who it is, and tries again. ENOENT: cleared away while it was made, by somebody who could not know that this process lives. */
const isBusy = ({ code = '' }: NodeJS.ErrnoException) => ['EEXIST', 'ENOTEMPTY', 'ENOENT'].includes(code);

/** Windows says no more than that of a folder that is in use, is renamed over, or is just being removed. */
const isInUse = ({ code = '' }: NodeJS.ErrnoException) =>
  process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code);

function asBusy(error: NodeJS.ErrnoException): never {
  throw isInUse(error) ? failure('EEXIST') : error;
}

function asGone(error: NodeJS.ErrnoException): never {
  throw isInUse(error) ? failure('ENOENT') : error;
}

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

function ignoreGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}

async function callBack<T>(work: Promise<T>, done: Done<T>): Promise<void> {
  let value: T;
  try {
    value = await work;
  } catch (error) {
    done(error as NodeJS.ErrnoException);
    return;
  }
  done(null, value);
}
