import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isUp, type Ps, ps, psOf, settings, supervisorFile, worldOf } from './support/supervised.ts';

describe('up --detach', () => {
  it('runs all that is set up without a terminal, until down', async () => {
    const world = await worldOf('main', 'rescue');
    expect(await ps(world)).toMatchObject({ supervisor: null, instances: [] });
    const up = await world.zero('up', '-d', '--wait', '--json');
    expect(up.code).toBe(0);
    const { supervisor, instances } = up.json<{ supervisor: { pid: number }; instances: { id: string; verdict: string }[] }>();
    expect(instances.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['zero/main', 'healthy'],
      ['zero/rescue', 'healthy'],
    ]);
    expect(await isUp(world.firstPort)).toBe(true);
    expect((await ps(world)).supervisor?.pid).toBe(supervisor.pid);
    expect((await world.zero('supervisor', 'status')).stdout).toContain('2 of 2 ready');

    // Again: nothing is started twice.
    const pids = (await ps(world)).instances.map(({ pid }) => pid);
    expect((await world.zero('up', '-d', '--wait')).code).toBe(0);
    expect((await ps(world)).instances.map(({ pid }) => pid)).toEqual(pids);

    expect((await world.zero('down')).code).toBe(0);
    expect(await isUp(world.firstPort)).toBe(false);
    const after = await ps(world);
    expect(after.supervisor).toBeNull();
    expect(after.instances.map(({ verdict, pid }) => [verdict, pid])).toEqual([
      ['stopped', null],
      ['stopped', null],
    ]);
    const again = await world.zero('down', '--json');
    expect([again.code, again.json().message]).toEqual([0, 'No supervisor runs; nothing to do.']);
    expect((await world.zero('supervisor', 'status')).code).toBe(3);
  });

  it('stops one by name, which stays down until it is named again, and takes up what is set up later', async () => {
    const world = await worldOf('main', 'rescue');
    await world.zero('up', '-d', '--wait');
    expect((await world.zero('down', 'rescue')).stdout).toContain('zero/rescue is stopped.');
    expect(await psOf(world, 'zero/rescue')).toMatchObject({ verdict: 'stopped', pid: null });
    const up = await world.zero('up', '-d', '--wait', '--json');
    // In the foreground: what one that runs could be asked for is told, and what nobody could do is, too.
    for (const [name, code, exit] of [
      ['main', 'SUPERVISOR_RUNNING', 75],
      ['nosuch', 'PROFILE_UNKNOWN', 3],
    ] as const) {
      const refused = await world.zero('up', name, '--json');
      expect([refused.code, refused.json<{ error: { code: string } }>().error.code]).toEqual([exit, code]);
    }
    expect(up.json().notStarted).toEqual([{ id: 'zero/rescue', reason: expect.stringContaining('stopped with down') }]);
    await world.zero('down');

    // A supervisor later it still counts.
    await world.zero('up', '-d', '--wait');
    expect(await isUp(world.firstPort)).toBe(true);
    expect(await isUp(world.firstPort + 1000)).toBe(false);
    await world.zero('--profile', 'third', 'setup');
    expect((await world.zero('up', '-d', 'third', 'rescue', '--wait')).code).toBe(0);
    expect((await ps(world)).instances.map(({ id, verdict }) => `${id} ${verdict}`).sort()).toEqual([
      'zero/main healthy',
      'zero/rescue healthy',
      'zero/third healthy',
    ]);
  });

  it('says what it does not run and why, and what names are wrong', async () => {
    const world = await worldOf('main', 'off');
    const off = world.at('.config/polygate/instances/zero/off.json');
    await writeFile(off, JSON.stringify({ ...JSON.parse(await readFile(off, 'utf8')), enabled: false }));
    const gateway = world.start('--profile', 'main', 'gateway');
    await gateway.readUntil(/listening on/);
    const up = await world.zero('up', '-d', '--json');
    expect(up.json()).toMatchObject({ error: { code: 'NOTHING_TO_RUN' } });
    expect(up.json<{ error: { message: string } }>().error.message).toMatch(
      /zero\/main: a gateway runs on it outside of the supervisor \(pid \d+\)\n {2}zero\/off: "enabled" is false in /,
    );
    const codes = await Promise.all(
      [['main'], ['nobody'], ['off', 'zero/OFF']].map(
        async (names) => (await world.zero('up', '-d', ...names, '--json')).json<{ error: { code: string } }>().error.code,
      ),
    );
    expect(codes).toEqual(['GATEWAY_ALREADY_RUNNING', 'PROFILE_UNKNOWN', 'NAMES_REPEATED']);
    await gateway.stop();

    // What goes round in a circle is refused by name, and left out where everything is meant; so is what waits for nobody.
    await settings(world, 'main', { depends_on: { 'zero/off': 'started' } });
    await settings(world, 'off', { enabled: true, depends_on: { 'zero/main': 'healthy' } });
    const circle = 'depends_on goes round in a circle: zero/main → zero/off → zero/main';
    for (const [args, code, message] of [
      [['up', '-d', 'main'], 'DEPENDENCY_CYCLE', circle],
      [['up', 'main'], 'DEPENDENCY_CYCLE', circle],
      [['up', '-d'], 'NOTHING_TO_RUN', `zero/main: ${circle}`],
    ] as const) {
      const refused = await world.zero(...args, '--json');
      expect(refused.json()).toMatchObject({ error: { code, message: expect.stringContaining(message) } });
      expect(refused.code).toBe(code === 'NOTHING_TO_RUN' ? 3 : 78);
    }
    await settings(world, 'off', { depends_on: { 'zero/ghost': 'healthy' } });
    expect((await world.zero('up', '-d', 'off', '--json')).json()).toMatchObject({ error: { code: 'DEPENDENCY_UNKNOWN' } });
    expect((await ps(world)).supervisor).toBeNull();
    // Each refusal had a supervisor at hand that was never told to begin: it has ended, and has said and kept nothing.
    expect(await readdir(supervisorFile(world, '.'))).toEqual(['supervisor.log']);
    expect(await readFile(supervisorFile(world, 'supervisor.log'), 'utf8')).toBe('');
  });

  it('begins nothing when whoever started it is gone before it said so', async () => {
    const world = await worldOf('main');
    const [node = '', ...args] = world.command('up', '--json');
    const env = { ...world.env, POLYGATE_DETACHED: '1', POLYGATE_AWAITS_WORD: '1' };
    const begin = async (word: string | undefined) => {
      const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
      const ended = once(child, 'close');
      (child.stdio[3] as Duplex).end(word);
      return { child, ended };
    };
    const { ended } = await begin(undefined);
    expect(await ended).toEqual([0, null]);
    expect(await isUp(world.firstPort)).toBe(false);
    expect(existsSync(supervisorFile(world, 'state.json'))).toBe(false);

    const told = await begin('go\n');
    await expect.poll(() => isUp(world.firstPort)).toBe(true);
    expect((await ps(world)).supervisor?.pid).toBe(told.child.pid);
    await world.zero('down');
    expect(await told.ended).toEqual([0, null]);
  });
});

describe('restart and events', () => {
  it('restarts one after the other with --rolling, each ready before the next; top, events and ps --watch show it', async () => {
    const world = await worldOf('main', 'rescue');
    await world.zero('up', '-d', '--wait');
    const before = (await ps(world)).instances.map(({ pid }) => pid);

    const line = (await world.zero('top', '--count', '1', '--json')).json<{ instances: object[] }>();
    const row = { verdict: 'healthy', cpuPercent: expect.any(Number) };
    const memory = process.platform === 'linux' ? { memoryBytes: expect.any(Number) } : {};
    expect(line.instances).toMatchObject(['main', 'rescue'].map((name) => ({ id: `zero/${name}`, ...row, ...memory })));
    expect((await world.zero('top', '--count', '1')).stdout).toMatch(/INSTANCE +VERDICT +PID +CPU % +MEMORY/);

    const events = world.start('events', '--json');
    const watch = world.start('ps', '--watch', '--json');
    const screen = world.start('ps', '--watch');
    await Promise.all([watch.readUntil(/zero\/rescue/), screen.readUntil(/zero\/rescue/)]);
    // It hears from when it is connected: something must happen until it says so.
    await expect
      .poll(
        async () => {
          await world.zero('restart', 'main', '--wait');
          return events.stdout;
        },
        { timeout: 30_000 },
      )
      .toContain('"started"');
    const heard = events.stdout.length;
    const rolled = await world.zero('restart', '--rolling', '--wait', '--json');
    expect([rolled.code, rolled.json().action]).toEqual([0, 'restart']);
    await expect.poll(() => events.stdout.slice(heard).match(/"ready"/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
    const lines = events.stdout
      .slice(heard)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { instance: string; event: string });
    // From the first that was asked to end on: one has come back before the other is touched.
    const order = lines.map(({ instance, event }) => `${instance} ${event}`);
    const touched = lines.findIndex(({ instance }, i) => i > 0 && instance !== lines[0]?.instance);
    expect(order.slice(0, touched).at(-1)).toBe(`${lines[0]?.instance} ready`);
    const after = (await ps(world)).instances.map(({ pid }) => pid);
    expect(after.some((pid) => before.includes(pid))).toBe(false);
    expect((await world.zero('restart', 'ghost', '--json')).json()).toMatchObject({ error: { code: 'NOT_SUPERVISED' } });
    await world.zero('down');
    expect((await events.exited).code).toBe(0);
    expect((await screen.exited).code).toBe(0);
    for (const pid of [...before, ...after]) expect(screen.stdout).toMatch(new RegExp(`zero/(main|rescue) +\\w+ +${pid} `));
    // It was shown at first, at each change, and ends with the supervisor.
    expect((await watch.exited).code).toBe(0);
    const shown = watch.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Ps);
    const seen = shown.flatMap(({ instances }) => instances.flatMap(({ pid }) => (pid === null ? [] : [pid])));
    for (const pid of [...before, ...after]) expect(seen).toContain(pid);
    expect((await world.zero('ps', '--watch', '--json')).json()).toMatchObject({ error: { code: 'SUPERVISOR_NOT_RUNNING' } });
    expect((await world.zero('restart', '--json')).json()).toMatchObject({ error: { code: 'SUPERVISOR_NOT_RUNNING' } });
  });
});

describe('an instance that the supervisor runs', () => {
  it('is stopped, started and restarted by the commands of a single gateway, too', async () => {
    const world = await worldOf('main');
    await world.zero('up', '-d', '--wait');
    const status = (await world.zero('--profile', 'main', 'gateway', 'status', '--json')).json();
    expect(status).toMatchObject({ verdict: 'healthy', supervised: { state: 'ready', wanted: { value: true } } });
    expect((await world.zero('status', '--all', '--json')).json()).toMatchObject({
      instances: [{ id: 'zero/main', verdict: 'healthy', found: expect.arrayContaining(['ledger']) }],
    });
    const { pid } = await psOf(world, 'zero/main');
    const restarted = await world.zero('--profile', 'main', 'gateway', 'restart', '--json');
    expect(restarted.json<{ pid: number }>().pid).not.toBe(pid);
    expect((await world.zero('--profile', 'main', 'gateway', 'stop', '--json')).json().result).toBe('stopped');
    expect(() => process.kill(restarted.json<{ pid: number }>().pid, 0)).toThrow('ESRCH');
    expect(await psOf(world, 'zero/main')).toMatchObject({ verdict: 'stopped', supervised: { wanted: { value: false } } });
    expect((await world.zero('--profile', 'main', 'gateway', 'start', '--json')).json().result).toBe('started');
    expect(await isUp(world.firstPort)).toBe(true);
  });
});
