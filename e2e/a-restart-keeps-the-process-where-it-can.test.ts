import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ps, settings, worldOf } from './support/supervised.ts';
import { ROOT, type World } from './support/world.ts';

const SOON = { kind: 'ladder', periodSeconds: 0.5, timeoutSeconds: 10 };
/** Only those whose budget is to run out have a short one. */
const supervision = (restarts: string | undefined) => ({
  probes: {
    startup: { periodSeconds: 0.1, failureThreshold: restarts === 'sinks' ? 50 : 600 },
    readiness: SOON,
    liveness: SOON,
  },
  stop: { timeoutSeconds: restarts === 'deaf' ? 1 : 30 },
});

/** An instance run by a program of its own folder, with the package.json of what is installed there. */
async function installed(world: World, profile: string, { says, has = says, restarts }: Record<string, string>): Promise<void> {
  const folder = world.at('opt', profile);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'gateway', version: has }));
  const fixture = path.join(ROOT, 'fixtures/programs/restarts-in-place.mjs');
  await writeFile(path.join(folder, 'gateway.mjs'), `await import(${JSON.stringify(fixture)});\n`);
  const command = [process.execPath, path.join(folder, 'gateway.mjs')];
  const name = `openclaw/${profile}`;
  await world.zero('--product', 'openclaw', '--profile', profile, 'setup', '--program', 'reference');
  const environment = { SPEAKS_VERSION: says, RESTARTS: restarts };
  await settings(world, name, { ...supervision(restarts), program: { command, environment } });
}

const heard = (world: World, stateDir: string) =>
  readFile(world.at(stateDir, 'logs/console.log'), 'utf8').then((text) => text.match(/heard SIGUSR\d/g) ?? []);

describe.skipIf(process.platform === 'win32')('a restart that somebody asks for', () => {
  it('keeps the process of a version that restarts on a signal; every other is ended and started again', async () => {
    const world = await worldOf('main', 'plain');
    await installed(world, 'older', { says: '2026.1.30', restarts: 'in-place' });
    await installed(world, 'newer', { says: '2026.9.6', restarts: 'in-place' });
    await installed(world, 'forbidden', { says: '2026.1.30', restarts: 'in-place' });
    await installed(world, 'unknown', { says: '2026.9.3', restarts: 'in-place' });
    await installed(world, 'upgraded', { says: '2026.9.6', has: '2026.9.7', restarts: 'in-place' });
    await installed(world, 'deaf', { says: '2026.9.6', restarts: 'deaf' });
    await installed(world, 'ends', { says: '2026.9.6', restarts: 'ends' });
    await installed(world, 'sinks', { says: '2026.9.6', restarts: 'sinks' });
    for (const one of [
      ['--profile', 'main'],
      ['--product', 'openclaw', '--profile', 'older'],
    ])
      expect(await world.zero(...one, 'config', 'set', 'commands.restart', 'true')).toMatchObject({ code: 0 });

    expect(await world.zero('up', '-d', '--wait')).toMatchObject({ code: 0 });
    const before = (await ps(world)).instances;
    expect(await world.zero('restart', '--wait')).toMatchObject({ code: 0 });
    const after = (await ps(world)).instances;

    const kept = after.filter(({ id, pid }) => before.find((one) => one.id === id)?.pid === pid).map(({ id }) => id);
    expect(kept.sort()).toEqual(['openclaw/newer', 'openclaw/older', 'zero/main']);
    for (const { id, verdict, supervised } of after) {
      expect({ id, verdict }).toEqual({ id, verdict: 'healthy' });
      // It was asked for: none of it is held against them.
      const by = id === 'openclaw/sinks' ? expect.stringMatching(/^startup: /) : 'restart';
      const death = supervised.deaths.at(-1) ?? null;
      expect({ id, death }).toMatchObject({ id, death: kept.includes(id) ? null : { by } });
    }
    const signals = { older: ['SIGUSR1'], newer: ['SIGUSR2'], deaf: ['SIGUSR2'], ends: ['SIGUSR2'], sinks: ['SIGUSR2'] };
    for (const profile of ['older', 'newer', 'forbidden', 'unknown', 'upgraded', 'deaf', 'ends', 'sinks'] as const) {
      const expected = (signals as Record<string, string[]>)[profile] ?? [];
      expect({ profile, heard: await heard(world, `.openclaw-${profile}`) }).toEqual({
        profile,
        heard: expected.map((signal) => `heard ${signal}`),
      });
    }
    expect(await readFile(world.at('.local/state/polygate/supervisor/supervisor.log'), 'utf8')).toMatch(
      /openclaw\/deaf".*"did not restart in place: is asked to end, to start again/,
    );

    // With another config a new process is another one.
    await world.zero('--product', 'openclaw', '--profile', 'newer', 'config', 'set', 'logging.level', '"debug"');
    const restarted = await world.zero('restart', 'openclaw/newer', 'openclaw/older', '--rolling', '--wait', '--json');
    const rolled = restarted.json<{ instances: { id: string; pid: number }[] }>().instances;
    const pidOf = (list: readonly { id: string; pid: number | null }[], id: string) => list.find((one) => one.id === id)?.pid;
    expect(pidOf(rolled, 'openclaw/older')).toBe(pidOf(after, 'openclaw/older'));
    expect(pidOf(rolled, 'openclaw/newer')).not.toBe(pidOf(after, 'openclaw/newer'));
    expect(await heard(world, '.openclaw-older')).toHaveLength(2);
  }, 180_000);
});
