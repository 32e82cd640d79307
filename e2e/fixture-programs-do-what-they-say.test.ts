import { connect } from 'node:net';
import { runCommand } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { endGroup, fixtureProgram, freePort, startProgram } from './support/programs.ts';
import { connectParams, RawClient } from './support/raw-client.ts';
import { afterTest } from './support/world.ts';

// The stories of the supervisor rest on these: that each does what its first lines say is a test of its own.

const LISTENS = /listening on \d+ \(pid (\d+)\)/;
const run = (name: string, env: Record<string, string> = {}) =>
  runCommand(fixtureProgram(name), { env: { PATH: process.env.PATH ?? '', ...env } });

/** accepted: the system took the connection · refused: nobody listens. */
const knock = (port: number): Promise<'accepted' | 'refused'> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve('accepted');
    });
    socket.once('error', () => resolve('refused'));
  });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('programs that end', () => {
  it('dies-at-once, with the code that is wanted', async () => {
    expect(await run('dies-at-once.sh')).toMatchObject({ code: 1, stderr: 'dies-at-once: no reason at all\n' });
    expect((await run('dies-at-once.sh', { DIE_CODE: '9' })).code).toBe(9);
  });

  it('exits-78', async () => {
    expect(await run('exits-78.sh')).toMatchObject({ code: 78 });
  });

  it('dies-later: it listens first', async () => {
    const { running, port } = await startProgram('dies-later.mjs', { DIE_AFTER_MS: '600000', DIE_CODE: '3' });
    await running.readUntil(LISTENS);
    expect(await knock(port)).toBe('accepted');
    running.kill('SIGUSR2');
    expect(await running.exited).toEqual({ code: 3, signal: null });
  });

  it('floods-its-log: every line, whole, in order', async () => {
    const { stdout, stderr, code } = await run('floods-its-log.mjs', { FLOOD_LINES: '5000', FLOOD_BOTH: '1' });
    expect(code).toBe(0);
    const numbers = [...stdout.trim().split('\n'), ...stderr.trim().split('\n')].map((line) => Number(line.slice(0, 9)));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(stdout.split('\n')[0]).toHaveLength(99);
  });
});

describe('programs that are hard to end', () => {
  it('ignores-term', async () => {
    const { running } = await startProgram('ignores-term.mjs');
    await running.readUntil(LISTENS);
    running.kill('SIGTERM');
    await running.readUntil(/ignores-term: SIGTERM/);
    expect(await running.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
  });

  it('forks-and-leaves-grandchildren: the port is held when it is gone', async () => {
    const port = await freePort();
    const { running } = await startProgram('forks-and-leaves-grandchildren.mjs', { FORK_DIE_AFTER_MS: '0' }, port);
    await running.readUntil(/grandchild \d+: listening/);
    // Its output goes on, as its child has it too: what is waited for is its own end.
    await expect.poll(() => isAlive(running.pid)).toBe(false);
    expect(await knock(port)).toBe('accepted');
    endGroup(running.pid);
    await expect.poll(() => knock(port)).toBe('refused');
  });

  it('eats-file-descriptors, up to its limit', async () => {
    const port = await freePort();
    const argv = ['/bin/sh', '-c', 'ulimit -n 64; exec "$@"', 'sh', ...fixtureProgram('eats-file-descriptors.mjs')];
    const { startCommand } = await import('@polygate/testkit');
    const running = startCommand([...argv, '--port', String(port)], { env: { PATH: process.env.PATH ?? '' }, group: true });
    afterTest(() => running.stop('SIGKILL'));
    const [, count] = await running.readUntil(/ate (\d+): EMFILE/);
    expect(Number(count)).toBeLessThan(64);
  });

  it('eats-memory', async () => {
    const { running } = await startProgram('eats-memory.mjs', { EAT_MEGABYTES: '10' });
    await running.readUntil(/ate 10 MB/);
  });
});

describe('programs that speak', () => {
  const hello = async (port: number, token = 'right') => {
    const client = await RawClient.open(`ws://127.0.0.1:${port}`);
    afterTest(async () => client.terminate());
    return { client, answer: await client.request('1', 'connect', connectParams(token)) };
  };

  it('speaks: hello, health, healthz, and its state directory', async () => {
    const { running, port } = await startProgram('speaks.mjs', { ZERO_STATE_DIR: '/state/of/it' });
    await running.readUntil(LISTENS);
    const { client, answer } = await hello(port);
    expect(answer.payload).toMatchObject({ type: 'hello-ok', snapshot: { stateDir: '/state/of/it' } });
    expect(await client.request('2', 'health')).toMatchObject({ ok: true });
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).toMatchObject({ ok: true });
    running.kill('SIGHUP');
    expect(await client.closed).toMatchObject({ code: 1012 });
    expect(await running.stop()).toMatchObject({ code: 0 });
  });

  it('speaks: says that it starts, and refuses a wrong token', async () => {
    const starting = await startProgram('speaks.mjs', { SPEAKS_STARTING_MS: '600000' });
    const strict = await startProgram('speaks.mjs', { SPEAKS_TOKEN: 'right' });
    await Promise.all([starting.running.readUntil(LISTENS), strict.running.readUntil(LISTENS)]);
    const early = await hello(starting.port);
    expect(early.answer.error).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await early.client.closed).toMatchObject({ code: 1013 });
    expect((await hello(strict.port, 'wrong')).answer.error?.message).toMatch(/unauthorized/);
    expect((await hello(strict.port)).answer.ok).toBe(true);
  });

  it('slow-start: nobody listens until it is time', async () => {
    const { running, port } = await startProgram('slow-start.mjs', { START_AFTER_MS: '600' });
    await running.readUntil(/not yet/);
    expect(await knock(port)).toBe('refused');
    await running.readUntil(LISTENS);
    expect((await hello(port)).answer.ok).toBe(true);
  });

  it('wedges: it accepts, answers nothing, and does not hear SIGTERM', async () => {
    const { running, port } = await startProgram('wedges.mjs');
    await running.readUntil(LISTENS);
    running.kill('SIGUSR2');
    await running.readUntil(/wedges: now/);
    expect(await knock(port)).toBe('accepted');
    const silent = fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(500) });
    await expect(silent).rejects.toThrow(/timeout/i);
    running.kill('SIGTERM');
    expect(await knock(port)).toBe('accepted');
    expect(await running.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
  });

  it('listens-then-stops-accepting: the process stays', async () => {
    const { running, port } = await startProgram('listens-then-stops-accepting.mjs');
    await running.readUntil(LISTENS);
    const { client } = await hello(port);
    running.kill('SIGUSR2');
    await client.closed;
    await expect.poll(() => knock(port)).toBe('refused');
    expect(() => process.kill(running.pid, 0)).not.toThrow();
  });
});
