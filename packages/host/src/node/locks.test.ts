import { existsSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isProblem } from '@polygate/core';
import { privateMount, tempDir, unless, whyNoMount } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeLocks as locks } from './locks.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let file: string;

beforeEach(async () => {
  dir = await tempDir();
  file = path.join(dir.path, 'data', 'ledger.json');
});
afterEach(() => dir.remove());

/** Something to hold a lock with until told otherwise. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a lock', () => {
  it('gives back what the body gives, needs no file, and leaves nothing', async () => {
    expect(await locks.hold(file, 'the ledger', async () => 42)).toBe(42);
    expect(existsSync(`${file}.lock`)).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it('lets one body run at a time, and every one of them in the end', async () => {
    let inside = 0;
    let most = 0;
    const done: number[] = [];
    const body = (i: number) => async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      done.push(i);
    };
    await Promise.all(Array.from({ length: 8 }, (_, i) => locks.hold(file, 'the ledger', body(i))));
    expect(most).toBe(1);
    expect(done.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([0, 120])('is refused with LOCK_HELD when it stays held for %i ms, and not earlier', async (waitMs) => {
    const { opened, open } = gate();
    const taken = gate();
    const holder = locks.hold(file, 'the ledger', async () => {
      taken.open();
      await opened;
    });
    await taken.opened;
    const start = performance.now();
    try {
      await locks.hold(file, 'the ledger', async () => expect.unreachable(), waitMs);
      expect.unreachable();
    } catch (error) {
      if (!isProblem(error, 'LOCK_HELD')) throw error;
      expect(error.message).toBe('the ledger is locked by another polygate command');
      expect(performance.now() - start).toBeGreaterThanOrEqual(waitMs - 1);
    } finally {
      open();
      await holder;
    }
  });

  it('is free again when the body fails, and the failure is passed on', async () => {
    await expect(locks.hold(file, 'x', () => Promise.reject(new Error('inside')))).rejects.toThrow('inside');
    expect(await locks.hold(file, 'x', async () => 'free', 0)).toBe('free');
  });

  it('of a process that died is taken over', async () => {
    await mkdir(`${file}.lock`, { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${file}.lock`, longAgo, longAgo);
    expect(await locks.hold(file, 'x', async () => 'mine', 0)).toBe('mine');
  });

  it('on one file does not hold up another', async () => {
    const inner = () => locks.hold(`${file}2`, 'y', async () => 'both', 0);
    expect(await locks.hold(file, 'x', inner)).toBe('both');
  });

  const whyNot = whyNoMount();
  it.skipIf(whyNot !== undefined)(unless(whyNot, 'is denied at once where nothing may be written'), async () => {
    const mount = await privateMount({ mount: 'size=64k', remount: 'ro' });
    try {
      await locks.hold(path.join(mount.path, 'x'), 'the ledger', async () => expect.unreachable());
      expect.unreachable();
    } catch (error) {
      if (!isProblem(error, 'FILE_DENIED')) throw error;
    } finally {
      await mount.release();
    }
  });

  it('says why it cannot be made', async () => {
    await writeFile(path.join(dir.path, 'f'), '');
    try {
      await locks.hold(path.join(dir.path, 'f', 'ledger.json'), 'the ledger', async () => undefined);
      expect.unreachable();
    } catch (error) {
      expect(isProblem(error, 'FILE_FAILED')).toBe(true);
    }
  });
});
