import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { isProblem } from '@polygate/core';
import { privateMount, tempDir, unless, whyNoMount } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeLocks } from './locks.ts';
import { nodeProcesses } from './processes.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let file: string;
const locks = nodeLocks(nodeProcesses);

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
      expect(error.message).toBe(`the ledger is locked by another polygate command (pid ${process.pid})`);
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

describe('a lock that a process left behind', () => {
  let child: ChildProcess;
  let name: string;

  /** The lock as this process would have left it. */
  async function leave(owner: Record<string, unknown> | string, modified = new Date()): Promise<void> {
    await mkdir(`${file}.lock`, { recursive: true });
    await writeFile(path.join(`${file}.lock`, name), typeof owner === 'string' ? owner : JSON.stringify(owner));
    await utimes(`${file}.lock`, modified, modified);
  }
  const ownerOf = async (pid: number) => ({
    pid,
    stamp: (await nodeProcesses.info(pid))?.stamp,
    host: hostname(),
    space: await readlink('/proc/self/ns/pid').catch(() => ''),
  });
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  const mine = (waitMs = 0, staleMs = 250) =>
    nodeLocks(nodeProcesses, { staleMs })
      .hold(file, 'the ledger', async () => 'mine', waitMs)
      .catch((error: unknown) => (isProblem(error) ? error.code : Promise.reject(error)));

  beforeEach(async () => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    name = `${child.pid}-x1`;
  });
  afterEach(end);

  const HOUR = 3_600_000;
  it.each([
    ['now', 0],
    ['an hour ago', -HOUR],
    ['in an hour: the clock was set back', HOUR],
  ])('is taken over at once when it was killed, with a time %s', async (_, shift) => {
    const owner = await ownerOf(child.pid as number);
    await end();
    await leave(owner, new Date(Date.now() + shift));
    expect(await mine()).toBe('mine');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it.each([
    ['now', 0],
    ['an hour ago: the clock was set on', -HOUR],
    ['in an hour', HOUR],
  ])('stays its own while it lives, with a time %s', async (_, shift) => {
    await leave(await ownerOf(child.pid as number), new Date(Date.now() + shift));
    expect(await mine()).toBe('LOCK_HELD');
    expect(await readdir(`${file}.lock`)).toEqual([name]);
    await end();
    expect(await mine()).toBe('mine');
  });

  it('is taken over when another process has its pid by now', async () => {
    await leave({ ...(await ownerOf(child.pid as number)), stamp: 'an earlier one' });
    expect(await mine()).toBe('mine');
  });

  it.each([
    ['is on another machine', { host: 'elsewhere' }, 0],
    ['counts its pids elsewhere', { space: 'pid:[1]' }, HOUR],
    ['has no stamp', { stamp: null }, -HOUR],
    ['cannot be read', undefined, HOUR],
  ])('is taken over after a silence that was watched when its owner %s', async (_, other, shift) => {
    const owner = await ownerOf(child.pid as number);
    await leave(other === undefined ? '{"pid":' : { ...owner, ...other }, new Date(Date.now() + shift));
    expect(await mine(100)).toBe('LOCK_HELD');
    expect(await mine(2000)).toBe('mine');
  });

  it('is not taken over from an owner elsewhere that gives signs of life', async () => {
    await leave({ ...(await ownerOf(child.pid as number)), host: 'elsewhere' });
    let beat = Date.now();
    const beating = setInterval(() => {
      beat += 50;
      utimes(`${file}.lock`, new Date(beat), new Date(beat)).catch(() => undefined);
    }, 50);
    expect(await mine(800)).toBe('LOCK_HELD');
    clearInterval(beating);
  });

  it('is an empty folder when it was killed while giving it back, and belongs to nobody', async () => {
    await mkdir(`${file}.lock`, { recursive: true });
    expect(await mine()).toBe('mine');
  });

  it('goes to one of those that find it, and the others wait for that one', async () => {
    const owner = await ownerOf(child.pid as number);
    await end();
    await leave(owner);
    let inside = 0;
    const results = await Promise.all(
      Array.from({ length: 12 }, () =>
        locks.hold(file, 'x', async () => {
          inside += 1;
          const alone = inside === 1;
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          return alone;
        }),
      ),
    );
    expect(results).toEqual(Array.from({ length: 12 }, () => true));
    expect(await readdir(path.dirname(file))).toEqual([]);
  });

  it('loses its half-made folders to the next one, and a living one keeps its own', async () => {
    const owner = await ownerOf(child.pid as number);
    const half = `${file}.lock.${child.pid}-x1`;
    await mkdir(half, { recursive: true });
    expect(await mine()).toBe('mine');
    expect(await readdir(path.dirname(file))).toEqual([path.basename(half)]);
    await writeFile(path.join(half, `${child.pid}-x1`), JSON.stringify(owner));
    await end();
    expect(await mine()).toBe('mine');
    expect(await readdir(path.dirname(file))).toEqual([]);
  });

  it('names its owner while it is held', async () => {
    const text = await locks.hold(file, 'x', async () => {
      const [held = ''] = await readdir(`${file}.lock`);
      return readFile(path.join(`${file}.lock`, held), 'utf8');
    });
    expect(JSON.parse(text)).toEqual(await ownerOf(process.pid));
  });
});
