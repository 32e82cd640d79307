import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { processesOf } from './support/marked-processes.ts';
import { fixtureProgram } from './support/programs.ts';
import { isUp, ps, psOf, settings, supervisorFile, worldOf } from './support/supervised.ts';
import type { World } from './support/world.ts';

const LISTENS = { probes: { startup: { kind: 'tcp', periodSeconds: 0.1 }, readiness: false, liveness: false } };
const runBy = (world: World, profile: string, name: string, environment: Record<string, string> = {}) =>
  settings(world, profile, {
    ...LISTENS,
    stop: { timeoutSeconds: 0.5 },
    program: { command: fixtureProgram(name), environment },
  });

describe.skipIf(process.platform !== 'linux')('what a supervisor left running', () => {
  it('goes on after `supervisor stop --keep`, is adopted by the next, and is ended by `down` with all that it started', async () => {
    const world = await worldOf('main', 'forks', 'stubborn');
    await runBy(world, 'forks', 'forks-and-leaves-grandchildren.mjs', { FORK_NEW_GROUP: '1', FORK_DIE_AFTER_MS: '600000' });
    await runBy(world, 'stubborn', 'ignores-term.mjs');
    expect(await world.zero('up', '-d', '--wait')).toMatchObject({ code: 0 });
    const pidsOf = async () => (await ps(world)).instances.map(({ id, pid }) => `${id} ${pid}`);
    const before = await pidsOf();
    const running = (id: string) => processesOf(supervisorFile(world, '.').replace(/\/$/, '')).filter((one) => one.id === id);

    const stopped = await world.zero('supervisor', 'stop', '--keep', '--json');
    expect([stopped.code, stopped.json().supervisor]).toEqual([0, null]);
    expect(await ps(world)).toMatchObject({
      supervisor: null,
      instances: before.map(() => ({ verdict: 'unknown', reason: 'it runs; nobody looks after it now' })),
    });
    expect((await world.zero('ps')).stdout).toContain('Start one with: zero up -d\n');
    expect(await isUp(world.firstPort)).toBe(true);

    await world.zero('up', '-d', '--wait');
    expect(await pidsOf()).toEqual(before);
    expect((await psOf(world, 'zero/main')).supervised).toMatchObject({ adopted: true, restarts: 0 });
    await world.zero('supervisor', 'stop', '--keep');

    // One of them, with a child that had gone into a session of its own and hears no SIGTERM.
    expect(running('zero/forks')).toHaveLength(2);
    const down = await world.zero('down', 'forks', '--json');
    expect(down.json().message).toBe('No supervisor runs; what it had left running is stopped: zero/forks.');
    expect(down.stderr).toMatch(/zero\/forks: killed what it had left running \(pid \d+\)/);
    expect(running('zero/forks')).toEqual([]);
    expect(await isUp(world.firstPort)).toBe(true);

    // And what nobody has written down any more is known by its markers.
    await rm(supervisorFile(world, 'state.json'));
    const rest = await world.zero('down');
    expect(rest.code).toBe(0);
    expect(rest.stdout).toMatch(/^No supervisor runs; what it had left running is stopped: zero\/\w+, zero\/\w+\.$/m);
    expect(rest.stderr).toMatch(/zero\/stubborn \(pid \d+\) did not end within 0.5 s of SIGTERM: it is killed/);
    expect([...running('zero/main'), ...running('zero/stubborn')]).toEqual([]);
    expect((await world.zero('down')).stdout).toContain('nothing to do');
  }, 180_000);
});
