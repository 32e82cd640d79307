import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../ports.ts';
import { nodeProcesses as processes } from './processes.ts';

const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  }
});

function start(...argv: [string, ...string[]]): ChildProcess & { pid: number } {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return child as ChildProcess & { pid: number };
}

/** What is known of a process once it has become the program that it was started as. */
async function became(pid: number, command: string): Promise<ProcessInfo> {
  for (;;) {
    const info = await processes.info(pid);
    if (info?.command === command) return info;
    await delay(5);
  }
}

async function ended(): Promise<number> {
  const child = start('true');
  await once(child, 'close');
  return child.pid;
}

describe.each(['query', 'run'] as const)('%s', (kind) => {
  const call = processes[kind];

  it('gives exit code and both outputs', async () => {
    expect(await call(['sh', '-c', 'printf out; printf err >&2; exit 3'])).toEqual({
      ...{ code: 3, stdout: 'out', stderr: 'err', failure: undefined },
    });
    expect(await call(['true'])).toEqual({ code: 0, stdout: '', stderr: '', failure: undefined });
  });

  it('says that there is no such program', async () => {
    const { code, failure } = await call(['/no/such/program', 'x']);
    expect(code).toBeUndefined();
    expect(failure).toMatch(/ENOENT/);
  });

  it('says that it may not be started', async () => {
    const { code, failure } = await call(['/etc/passwd']);
    expect(code).toBeUndefined();
    expect(failure).toMatch(/EACCES/);
  });

  it('ends what overruns its time, and says so', async () => {
    const { code, failure } = await call(['sleep', '60'], { timeoutMs: 50 });
    expect(code).toBeUndefined();
    expect(failure).toMatch(/50 ?m/);
  });

  it('says that it was ended by a signal', async () => {
    const { code, failure } = await call(['sh', '-c', 'kill -9 $$']);
    expect(code).toBeUndefined();
    expect(failure).toMatch(/SIGKILL/);
  });

  it('gives it exactly the environment that it is told, or all of ours', async () => {
    const only = await call(['/usr/bin/env'], { env: { A: '1', B: undefined } });
    expect(only.stdout.trim()).toBe('A=1');
    expect((await call(['/usr/bin/env'])).stdout).toContain('PATH=');
  });

  it('gives it nothing to read, so that it never waits for an answer', async () => {
    expect(await call(['cat'], { timeoutMs: 5_000 })).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('info', () => {
  it('knows this very process', async () => {
    const info = await processes.info(process.pid);
    expect(info).toMatchObject({ pid: process.pid, ppid: process.ppid, uid: process.getuid?.() });
    expect(info?.command).toContain('node');
    expect(info?.ageMs).toBeGreaterThan(0);
    expect((await processes.info(process.pid))?.stamp).toBe(info?.stamp);
  });

  it('tells two processes apart by their stamps, and gives the whole command', async () => {
    const child = start('sleep', '61');
    const info = await became(child.pid, 'sleep 61');
    expect(info.ppid).toBe(process.pid);
    expect(info.stamp).not.toBe((await processes.info(process.pid))?.stamp);
  });

  it('finds nothing under a pid that has ended, or never was', async () => {
    expect(await processes.info(await ended())).toBeUndefined();
    expect(await processes.info(2 ** 22 + 1)).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('takes a zombie for ended', async () => {
    // Once the shell has become sleep, nobody asks for its child any more: killed, that one stays a zombie.
    const parent = start('sh', '-c', 'sleep 60 >/dev/null & echo $!; exec sleep 65');
    const [line] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await became(parent.pid, 'sleep 65');
    await became(pid, 'sleep 60');
    process.kill(pid, 'SIGKILL');
    const state = async () => /^State:\s+(\S)/m.exec((await processes.query(['cat', `/proc/${pid}/status`])).stdout)?.[1];
    while ((await state()) !== 'Z') await delay(5);
    expect(await processes.info(pid)).toBeUndefined();
  });
});

describe('environmentOf', () => {
  it('gives the environment that a process was started with', async () => {
    const child = spawn('sleep', ['62'], { env: { ZERO_STATE_DIR: '/srv/x', EQUALS: 'a=b' }, stdio: 'ignore' });
    children.push(child);
    await became(child.pid as number, 'sleep 62');
    expect(await processes.environmentOf(child.pid as number)).toEqual({ ZERO_STATE_DIR: '/srv/x', EQUALS: 'a=b' });
  });

  it('gives nothing for a process that is gone', async () => {
    expect(await processes.environmentOf(await ended())).toBeUndefined();
  });
});

describe('signal', () => {
  it('reaches the process that has this stamp', async () => {
    const child = start('sleep', '63');
    const closed = once(child, 'close');
    const stamp = (await processes.info(child.pid))?.stamp ?? '';
    expect(await processes.signal({ pid: child.pid, stamp }, 'SIGTERM')).toBe(true);
    expect((await closed)[1]).toBe('SIGTERM');
    expect(await processes.signal({ pid: child.pid, stamp }, 'SIGTERM')).toBe(false);
  });

  it('does nothing to another process that got the same pid', async () => {
    const child = start('sleep', '64');
    expect(await processes.signal({ pid: child.pid, stamp: 'another boot/1' }, 'SIGKILL')).toBe(false);
    expect((await became(child.pid, 'sleep 64')).pid).toBe(child.pid);
  });
});
