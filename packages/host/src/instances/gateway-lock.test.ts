import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isProblem } from '@polygate/core';
import { modeTold, tempDir } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import { claimInstance, type GatewayLock, readLiveLock } from './gateway-lock.ts';

const host = nodeHost();
let dir: Awaited<ReturnType<typeof tempDir>>;
let stateDir: string;
let configPath: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  dir = await tempDir();
  stateDir = path.join(dir.path, '.zero');
  configPath = path.join(stateDir, 'zero.json');
  await mkdir(stateDir);
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
  child = undefined;
  await dir.remove();
});

const stateLock = () => path.join(stateDir, 'gateway.lock');
const configLock = () => `${configPath}.owner`;
const claim = (more: Partial<{ stateDir: string; configPath: string }> = {}) =>
  claimInstance(host, { stateDir, configPath, version: '0.1.0', now: Date.UTC(2026, 0, 31), ...more });
const onDisk = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as GatewayLock;

/** Another process that lives, and the lock that a gateway in it would have written. */
async function stranger(more: Partial<GatewayLock> = {}): Promise<GatewayLock> {
  child = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 600_000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid as number;
  const stamp = (await host.processes.info(pid))?.stamp as string;
  return { pid, stamp, stateDir, configPath, port: 19_001, version: '0.1.0', startedAt: '2026-01-31T00:00:00.000Z', ...more };
}

async function refusal(action: Promise<unknown>) {
  try {
    await action;
  } catch (error) {
    if (isProblem(error, 'GATEWAY_ALREADY_RUNNING')) return error.params;
    throw error;
  }
  return expect.unreachable('it was not refused');
}

describe('a claim', () => {
  it('is written beside state and config, privately, and is found by others', async () => {
    await claim();
    const lock = await onDisk(stateLock());
    expect(lock).toEqual({
      pid: process.pid,
      stamp: (await host.processes.info(process.pid))?.stamp,
      ...{ stateDir, configPath, version: '0.1.0', startedAt: '2026-01-31T00:00:00.000Z' },
    });
    expect(await onDisk(configLock())).toEqual(lock);
    expect((await stat(stateLock())).mode & 0o777).toBe(modeTold(0o600));
    expect(await readLiveLock(host, stateDir)).toEqual(lock);
  });

  it('tells where the gateway listens once that is known, in both places', async () => {
    const ownership = await claim();
    await ownership.publish({ port: 18_789, host: '127.0.0.1', token: 't' });
    expect(await readLiveLock(host, stateDir)).toMatchObject({ port: 18_789, host: '127.0.0.1', token: 't' });
    expect(await onDisk(configLock())).toMatchObject({ port: 18_789 });
  });

  it('is refused while a live gateway owns the state directory, and says who', async () => {
    const owner = await stranger();
    await writeFile(stateLock(), JSON.stringify(owner));
    expect(await refusal(claim())).toEqual({ stateDir, pid: owner.pid, port: 19_001, by: 'state directory' });
    expect(await onDisk(stateLock())).toEqual(owner);
    expect(await host.files.read(configLock())).toBeUndefined();
  });

  it('is refused while a live gateway of another state directory owns the config file', async () => {
    const owner = await stranger({ stateDir: '/elsewhere' });
    await writeFile(configLock(), JSON.stringify(owner));
    expect(await refusal(claim())).toEqual({ stateDir: '/elsewhere', pid: owner.pid, port: 19_001, by: 'config file' });
    expect(await host.files.read(stateLock())).toBeUndefined();
  });

  it('is refused of an owner that does not listen yet, without a port', async () => {
    const { port: _, ...owner } = await stranger();
    await writeFile(stateLock(), JSON.stringify(owner));
    expect(await refusal(claim())).toEqual({ stateDir, pid: owner.pid, by: 'state directory' });
  });

  it('takes over from a process that is gone', async () => {
    const owner = await stranger();
    const closed = once(child as ChildProcess, 'close');
    child?.kill('SIGKILL');
    await closed;
    await writeFile(stateLock(), JSON.stringify(owner));
    expect(await readLiveLock(host, stateDir)).toBeUndefined();
    await claim();
    expect((await onDisk(stateLock())).pid).toBe(process.pid);
  });

  it('takes over from a process whose pid another one has now', async () => {
    const owner = await stranger({ stamp: 'an earlier boot/77' });
    for (const file of [stateLock(), configLock()]) await writeFile(file, JSON.stringify(owner));
    expect(await readLiveLock(host, stateDir)).toBeUndefined();
    await claim();
    expect((await onDisk(configLock())).pid).toBe(process.pid);
  });

  it.each(['', 'garbage', '{"pid": 1}', '{"pid": "1", "stamp": "x"}', 'null', '[]', '7'])(
    'takes over from a lock that says nothing: %j',
    async (text) => {
      await writeFile(stateLock(), text);
      expect(await readLiveLock(host, stateDir)).toBeUndefined();
      await claim();
      expect((await onDisk(stateLock())).pid).toBe(process.pid);
    },
  );

  it('may be made again by the process that has it: a restart in place', async () => {
    await claim();
    await claim();
    expect((await onDisk(stateLock())).pid).toBe(process.pid);
  });

  it('is given to one of two state directories that share a config, whichever comes first', async () => {
    const owner = await stranger();
    await writeFile(configLock(), JSON.stringify(owner));
    const second = path.join(dir.path, '.zero-b');
    await mkdir(second);
    expect(await refusal(claim({ stateDir: second }))).toMatchObject({ by: 'config file', pid: owner.pid });
  });

  it('does not stand in the way of another state directory and config', async () => {
    await writeFile(stateLock(), JSON.stringify(await stranger()));
    const other = path.join(dir.path, '.zero-b');
    await mkdir(other);
    await claim({ stateDir: other, configPath: path.join(other, 'zero.json') });
    expect(await readLiveLock(host, other)).toBeDefined();
  });
});

describe('a release', () => {
  it('removes what was claimed, and leaves nothing behind', async () => {
    const ownership = await claim();
    await ownership.release();
    expect(await host.files.list(stateDir)).toEqual([]);
  });

  it('leaves alone what another gateway has taken over meanwhile', async () => {
    const ownership = await claim();
    const owner = await stranger();
    await writeFile(stateLock(), JSON.stringify(owner));
    await ownership.release();
    expect(await onDisk(stateLock())).toEqual(owner);
    expect(await host.files.read(configLock())).toBeUndefined();
  });

  it('leaves alone a lock of the same pid under another stamp', async () => {
    const ownership = await claim();
    await writeFile(stateLock(), JSON.stringify({ ...(await onDisk(stateLock())), stamp: 'later/1' }));
    await ownership.release();
    expect((await onDisk(stateLock())).stamp).toBe('later/1');
  });

  it('may be done twice', async () => {
    const ownership = await claim();
    await ownership.release();
    await ownership.release();
  });
});
