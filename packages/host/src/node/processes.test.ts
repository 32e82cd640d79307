import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { unless, whyNoPosixPaths, whyNoSignals } from '@polygate/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../ports.ts';
import { nodeProcesses as processes } from './processes.ts';

const children: ChildProcess[] = [];

const isWindows = process.platform === 'win32';
type Argv = [string, ...string[]];
const node = (script: string): Argv => [process.execPath, '-e', script];
/** What is started here: the usual small programs, and where there are none Node, which takes longer to start. */
const SAY: Argv = isWindows
  ? node("process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 3;")
  : ['sh', '-c', 'printf out; printf err >&2; exit 3'];
const DONE: Argv = isWindows ? node('0') : ['true'];
const READ: Argv = isWindows ? node('process.stdin.resume()') : ['cat'];
const ENV: Argv = isWindows
  ? node("for (const [k, v] of Object.entries(process.env)) console.log(k + '=' + v)")
  : ['/usr/bin/env'];
const sleep = (seconds: number): Argv => (isWindows ? node(`setTimeout(() => 0, ${seconds}000)`) : ['sleep', String(seconds)]);
const sleeps = (seconds: number) => (isWindows ? `${seconds}000` : `sleep ${seconds}`);

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
    if (isWindows ? info?.command.includes(command) : info?.command === command) return info as ProcessInfo;
    await delay(5);
  }
}

async function ended(): Promise<number> {
  const child = start(...DONE);
  await once(child, 'close');
  return child.pid;
}

describe.each(['query', 'run'] as const)('%s', (kind) => {
  const call = processes[kind];

  it('gives exit code and both outputs', async () => {
    expect(await call(SAY)).toEqual({
      ...{ code: 3, stdout: 'out', stderr: 'err', failure: undefined },
    });
    expect(await call(DONE)).toEqual({ code: 0, stdout: '', stderr: '', failure: undefined });
  });

  it('says that there is no such program', async () => {
    const { code, failure } = await call(['/no/such/program.exe', 'x']);
    expect(code).toBeUndefined();
    expect(failure).toMatch(/ENOENT/);
  });

  it.skipIf(isWindows)(unless(whyNoPosixPaths, 'says that it may not be started'), async () => {
    const { code, failure } = await call(['/etc/passwd']);
    expect(code).toBeUndefined();
    expect(failure).toMatch(/EACCES/);
  });

  it('ends what overruns its time, and says so', async () => {
    const { code, failure } = await call(sleep(60), { timeoutMs: 50 });
    expect(code).toBeUndefined();
    expect(failure).toMatch(/50 ?m/);
  });

  it.skipIf(isWindows)(unless(whyNoSignals, 'says that it was ended by a signal'), async () => {
    const { code, failure } = await call(['sh', '-c', 'kill -9 $$']);
    expect(code).toBeUndefined();
    expect(failure).toMatch(/SIGKILL/);
  });

  it('gives it exactly the environment that it is told, or all of ours', async () => {
    const only = (await call(ENV, { env: { A: '1', B: undefined } })).stdout.trim().split(/\r?\n/);
    // libuv adds what every program of Windows needs.
    expect(isWindows ? only.filter((line) => /^(A|B|VITEST)=/.test(line)) : only).toEqual(['A=1']);
    const all = (await call(ENV)).stdout;
    for (const name of ['PATH=', 'VITEST=']) expect(all).toContain(name);
  });

  it('gives it nothing to read, so that it never waits for an answer', async () => {
    expect(await call(READ, { timeoutMs: 60_000 })).toMatchObject({ code: 0, stdout: '' });
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
    const child = start(...sleep(61));
    const info = await became(child.pid, sleeps(61));
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
  const whyNot = isWindows ? 'Windows tells nobody the environment of a process' : undefined;
  it.skipIf(isWindows)(unless(whyNot, 'gives the environment that a process was started with'), async () => {
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
    const child = start(...sleep(63));
    const closed = once(child, 'close');
    const stamp = (await processes.info(child.pid))?.stamp ?? '';
    expect(await processes.signal({ pid: child.pid, stamp }, 'SIGTERM')).toBe(true);
    // Nobody is told there how a process ended that another one ended.
    expect((await closed)[1]).toBe(isWindows ? null : 'SIGTERM');
    expect(await processes.signal({ pid: child.pid, stamp }, 'SIGTERM')).toBe(false);
  });

  it('does nothing to another process that got the same pid', async () => {
    const child = start(...sleep(64));
    expect(await processes.signal({ pid: child.pid, stamp: 'another boot/1' }, 'SIGKILL')).toBe(false);
    expect((await became(child.pid, sleeps(64))).pid).toBe(child.pid);
  });
});
