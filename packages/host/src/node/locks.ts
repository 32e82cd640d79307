import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@polygate/core';
import type { Locks } from '../ports.ts';
import { fileProblem } from './file-problem.ts';

/** A lock whose owner has not refreshed it for so long is taken over: its owner was killed. */
const STALE_MS = 10_000;
const WAIT_MS = 20_000;
/** Pause before it is tried again; up to twice as long, so that waiting commands do not try in step. */
const POLL_MS = 25;

export const nodeLocks: Locks = {
  async hold(target, what, body, waitMs = WAIT_MS) {
    const { default: lockfile } = await import('proper-lockfile');
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw fileProblem(error, path.dirname(target), 'create the directory');
    });
    let lost: Error | undefined;
    const take = () =>
      lockfile.lock(target, {
        realpath: false,
        stale: STALE_MS,
        // Without this the library throws out of band. The body's own writes are atomic, so losing the lock cannot tear a file.
        onCompromised: (error) => {
          lost = error;
        },
      });
    const end = performance.now() + waitMs;
    let release: (() => Promise<void>) | undefined;
    while (!release) {
      try {
        release = await take();
      } catch (error) {
        // The library's own retries would wait for what never comes right, too: a folder that may not be written.
        if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw fileProblem(error, `${target}.lock`, 'create');
        if (performance.now() >= end)
          throw new Problem('LOCK_HELD', { what, holder: 'another polygate command' }, { cause: error });
        await delay(POLL_MS * (1 + Math.random()));
      }
    }
    try {
      return await body();
    } finally {
      if (!lost) await release().catch(() => undefined);
    }
  },
};
