import { describe, expect, it } from 'vitest';
import { program, psOf, settings, worldOf } from './support/supervised.ts';

describe('up in the foreground', () => {
  it('with --once ends when all have ended, with 0 when all ended well', async () => {
    const world = await worldOf('main', 'rescue');
    await settings(world, 'main', program('exit 0'));
    await settings(world, 'rescue', program('exit 0'));
    expect((await world.zero('up', 'main', 'rescue', '--once')).code).toBe(0);
    await settings(world, 'rescue', program('exit 3'));
    const bad = await world.zero('up', 'main', 'rescue', '--once');
    expect([bad.code, bad.stdout]).toEqual([1, expect.stringContaining('zero/rescue ended with code 3')]);
    expect(bad.stdout.match(/zero\/rescue started/g)).toHaveLength(1);
  });

  it('with --exit-code-from ends with that one and its code, and stops the others', async () => {
    const world = await worldOf('main', 'job');
    await settings(world, 'job', program('exit 7'));
    const up = await world.zero('up', 'main', 'job', '--no-restart', '--exit-code-from', 'job');
    expect([up.code, up.stdout]).toEqual([7, expect.stringContaining('zero/main')]);
    await settings(world, 'job', program('kill -TERM $$'));
    expect((await world.zero('up', 'main', 'job', '--no-restart', '--exit-code-from', 'job')).code).toBe(143);
    const ghost = await world.zero('up', 'main', '--exit-code-from', 'ghost', '--json');
    expect(ghost.json()).toMatchObject({ error: { code: 'NOT_SUPERVISED' } });
  });

  it('with --no-restart leaves down what ends, and keeps the rest', async () => {
    const world = await worldOf('main', 'job');
    await settings(world, 'job', program('exit 5'));
    const up = world.start('up', 'main', 'job', '--no-restart');
    await up.readUntil(/zero\/job ended with code 5/);
    await up.readUntil(/zero\/main is ready/);
    const job = await psOf(world, 'zero/job');
    expect(job).toMatchObject({ pid: null, supervised: { restarts: 0, deaths: [{ code: 5 }] } });
    expect((await psOf(world, 'zero/main')).verdict).toBe('healthy');
  });

  it('waited for in the background tells by its exit code how they are', async () => {
    const world = await worldOf('main', 'broken');
    await settings(world, 'broken', program('exit 78'));
    const up = await world.zero('up', '-d', '--wait', '--json');
    expect(up.code).toBe(78);
    expect(up.json()).toMatchObject({ ok: true, instances: [{ verdict: 'parked' }, { verdict: 'healthy' }] });
    for (const option of ['--once', '--exit-code-from=main'])
      expect((await world.zero('up', '-d', option, '--json')).json()).toMatchObject({ error: { code: 'USAGE' } });
    const status = (await world.zero('--profile', 'broken', 'gateway', 'status', '--json')).json();
    expect(status).toMatchObject({ verdict: 'parked', exitCode: 78, reason: expect.stringContaining('78') });
  });
});
