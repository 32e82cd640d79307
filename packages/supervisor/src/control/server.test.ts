import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isProblem } from '@polygate/core';
import type { SupervisorEvent } from '@polygate/core/supervise';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import { unless } from '@polygate/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { connectControl } from './client.ts';
import { supervisorPlace } from './place.ts';
import { type ControlHandlers, serveControl } from './server.ts';

const { platform } = process;
const isWindows = platform === 'win32';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function place() {
  const folder = mkdtempSync(path.join(tmpdir(), 'pg-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const made = supervisorPlace({ paths: path, platform }, folder);
  return isWindows ? made : { ...made, folder, socket: path.join(folder, 'control.sock') };
}

async function serve(at = place(), more: Partial<ControlHandlers> = {}) {
  const done: string[] = [];
  const listeners = new Set<(event: SupervisorEvent) => void>();
  const handlers: ControlHandlers = {
    hello: () => ({ version: '1', pid: 4242, startedAt: '2026-01-01T00:00:00.000Z' }),
    list: () => [],
    start: async (ids) => done.push(`start ${ids}`),
    stop: async (ids) => done.push(`stop ${ids}`),
    restart: async (ids, { rolling }) => done.push(`restart ${ids} ${rolling}`),
    reload: async () => ({ added: [], removed: [], restarted: ['zero/main'], adjusted: [], refused: [] }),
    renew: async () => done.push('renew'),
    shutdown: (children) => done.push(`shutdown ${children}`),
    metrics: async () => 'up 1\n',
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...more,
  };
  const server = await serveControl(at, platform, handlers);
  cleanups.push(() => server.close());
  const client = await connectControl(at.socket, { platform });
  if (!client) throw new Error('nobody listens');
  cleanups.push(() => client.close());
  return { at, done, listeners, server, client };
}

/** What comes back for what is written as it stands. */
async function raw(socket: string, text: string): Promise<Record<string, unknown>[]> {
  const client = connect(socket);
  let said = '';
  client.on('data', (chunk) => (said += chunk));
  client.on('error', () => undefined);
  client.write(text);
  client.end();
  await new Promise((resolve) => client.once('close', resolve));
  return said
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const event: SupervisorEvent = { at: 1, id: 'zero/main', event: 'ready', message: 'is ready', pid: 1 };

describe('the control socket', () => {
  it('serves every operation, several at a time on one connection, and is private', async () => {
    const { at, done, client } = await serve();
    if (!isWindows) expect(statSync(at.socket).mode & 0o777).toBe(0o600);
    expect(client.hello.pid).toBe(4242);
    const answers = await Promise.all([
      client.ask('list', {}),
      client.ask('start', { ids: ['zero/main'] }),
      client.ask('stop', { ids: ['zero/main'] }),
      client.ask('restart', { ids: ['zero/main'], rolling: true }),
      client.ask('reload', {}),
      client.ask('metrics', {}),
      client.ask('shutdown', { children: 'keep' }),
    ]);
    expect(answers[4].restarted).toEqual(['zero/main']);
    expect(answers[5]).toBe('up 1\n');
    await expect.poll(() => done.at(-1)).toBe('shutdown keep');
    expect(done).toEqual(['start zero/main', 'stop zero/main', 'restart zero/main true', 'shutdown keep']);
  });

  it('streams events to who asked, and forgets who went away', async () => {
    const { client, listeners } = await serve();
    const heard: SupervisorEvent[] = [];
    await client.events((one) => heard.push(one));
    for (const listener of listeners) listener(event);
    await client.ask('list', {});
    expect(heard).toEqual([event]);
    client.close();
    await expect.poll(() => listeners.size).toBe(0);
  });

  it('hands a failure over as if it had happened at the one who asked', async () => {
    const stop = async () => {
      throw supervisorProblem('NOT_SUPERVISED', { instance: 'zero/ghost', known: [] });
    };
    const { client } = await serve(place(), { stop });
    const error = await client.ask('stop', { ids: ['zero/ghost'] }).catch((e: unknown) => e);
    expect(isProblem(error, 'NOT_SUPERVISED') && error.params.instance).toBe('zero/ghost');
  });

  it('answers nonsense, another version and endless lines on that connection alone', async () => {
    const { at, client } = await serve();
    const codes = (await raw(at.socket, 'x\n{"v":9,"id":3,"op":"list"}\n{"v":1,"id":4,"op":"nope"}\n')).map(({ id, error }) => [
      id,
      (error as { code: string }).code,
    ]);
    expect(codes).toEqual([
      [null, 'BAD_REQUEST'],
      [3, 'VERSION_MISMATCH'],
      [4, 'UNKNOWN_OP'],
    ]);
    const [only, ...more] = await raw(at.socket, 'x'.repeat(3 * 1024 * 1024));
    expect([only?.ok, more]).toEqual([false, []]);
    expect(await client.ask('list', {})).toEqual([]);
  });

  it('tells those who wait when it ends, and leaves no socket', async () => {
    const { at, client, server } = await serve(place(), { stop: () => new Promise(() => undefined) });
    const waiting = client.ask('stop', { ids: ['zero/main'] }).catch((e: unknown) => e);
    await server.close();
    expect(isProblem(await waiting, 'SUPERVISOR_UNREACHABLE')).toBe(true);
    expect(existsSync(at.socket)).toBe(false);
    expect(await connectControl(at.socket, { platform })).toBeUndefined();
  });
});

describe('a socket that is there already', () => {
  const whyNot = isWindows ? 'a pipe of Windows ends with its process' : undefined;
  it.skipIf(isWindows)(unless(whyNot, 'is replaced when nobody answers, which is what a killed supervisor leaves'), async () => {
    const at = place();
    const dead = createServer().listen(at.socket);
    await new Promise((resolve) => dead.once('listening', resolve));
    const { renameSync } = await import('node:fs');
    // Closing removes it under its own name; a kill would not have.
    renameSync(at.socket, `${at.socket}.kept`);
    await new Promise((resolve) => dead.close(resolve));
    renameSync(`${at.socket}.kept`, at.socket);
    expect((await serve(at)).client.hello.pid).toBe(4242);
  });

  const whyNone = isWindows ? 'a pipe tells nothing of who has it, and the lock keeps a second one out before' : undefined;
  it.skipIf(isWindows)(unless(whyNone, 'is left alone when somebody answers, or when it is no socket'), async () => {
    const { at, client } = await serve();
    const second = await serveControl(at, platform, {} as ControlHandlers).catch((e: unknown) => e);
    expect(isProblem(second, 'SUPERVISOR_RUNNING') && second.params.pid).toBe(4242);
    expect(await client.ask('list', {})).toEqual([]);

    const other = place();
    writeFileSync(other.socket, 'mine');
    const refused = await serveControl(other, platform, {} as ControlHandlers).catch((e: unknown) => e);
    expect(isProblem(refused, 'FILE_FAILED')).toBe(true);
    expect(statSync(other.socket).size).toBe(4);
  });

  it('whose listener says nothing, or not what a supervisor says, is given up on', async () => {
    const at = place();
    let answer = '';
    const mute = createServer((socket) => void socket.on('error', () => undefined).write(answer)).listen(at.socket);
    cleanups.push(() => mute.close());
    await new Promise((resolve) => mute.once('listening', resolve));
    const ask = () => connectControl(at.socket, { platform, timeoutMs: 100 }).catch((e: unknown) => e);
    expect(isProblem(await ask(), 'SUPERVISOR_UNREACHABLE')).toBe(true);
    answer = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    expect(isProblem(await ask(), 'SUPERVISOR_UNREACHABLE')).toBe(true);
    answer = '{"v":2,"id":1,"ok":true,"result":{}}\n';
    expect(isProblem(await ask(), 'SUPERVISOR_MISMATCH')).toBe(true);
  });
});
