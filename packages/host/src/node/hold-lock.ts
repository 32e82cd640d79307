import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@polygate/core';
import lockfile from 'proper-lockfile';
import { fileProblem } from './file-problem.ts';
import { lockFolder } from './lock-folder.ts';
import type { LockOwners } from './lock-owner.ts';

export { lockOwners } from './lock-owner.ts';

/** An owner that nobody can look up is taken over when it has given no sign of life for so long. It gives one twice as often. */
const STALE_MS = 10_000;
const WAIT_MS = 20_000;
/** While others get the lock and give it back, waiting goes on, so many times as long: it moves. */
const PATIENCE = 6;
/** Pause before it is tried again; up to twice as long, so that waiting commands do not try in step. */
const POLL_MS = 30;

export interface Wanted<T> {
  /** What is locked; it need not exist. */
  target: string;
  /** The same, for messages. */
  what: string;
  body: () => Promise<T>;
  waitMs: number | undefined;
  staleMs: number | undefined;
}

/** Holds one lock (Locks.hold): proper-lockfile, with owners that are known by pid and start stamp. */
export async function holdLock<T>(owners: LockOwners, wanted: Wanted<T>): Promise<T> {
  const { target, what, body, waitMs = WAIT_MS, staleMs = STALE_MS } = wanted;
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileProblem(error, path.dirname(target), 'create the directory');
  });
  const folder = lockFolder(`${target}.lock`, owners, staleMs);
  let lost = false;
  const take = () =>
    lockfile.lock(target, {
      realpath: false,
      stale: staleMs,
      fs: folder.fs,
      // Without this the library throws out of band. The body's own writes are atomic, so losing the lock cannot tear a file.
      onCompromised: () => {
        lost = true;
      },
    });
  const start = performance.now();
  let turn = { holder: '', since: start };
  let release: (() => Promise<void>) | undefined;
  while (!release) {
    try {
      release = await take();
    } catch (error) {
      // The library's own retries would wait for what never comes right, too: a folder that may not be written.
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw fileProblem(error, `${target}.lock`, 'create');
      const now = performance.now();
      const holder = folder.holder();
      if (holder !== turn.holder) turn = { holder, since: turn.holder === '' ? start : now };
      if (now - turn.since >= waitMs || now - start >= PATIENCE * waitMs) throw held(what, holder, error);
      await delay(POLL_MS * (1 + Math.random()));
    }
  }
  try {
    await folder.tidy();
    return await body();
  } finally {
    if (!lost) await release().catch(() => undefined);
  }
}

function held(what: string, holder: string, cause: unknown): Problem {
  const pid = /^(\d+)-/.exec(holder)?.[1];
  const holderText = `another polygate command${pid ? ` (pid ${pid})` : ''}`;
  return new Problem('LOCK_HELD', { what, holder: holderText, ...(pid ? { pid: Number(pid) } : {}) }, { cause });
}
