import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ps, psOf, settings, supervisorFile, worldOf } from './support/supervised.ts';
import { afterTest } from './support/world.ts';

describe('settings that change while the supervisor runs', () => {
  it('restart only the instance that they are of, also when an editor renames over the file', async () => {
    const world = await worldOf('main', 'rescue');
    const up = world.start('up', 'main', 'rescue');
    await up.readUntil(/INSTANCE[\s\S]*zero\/rescue +healthy/);
    const [main, rescue] = (await ps(world)).instances.map(({ pid }) => pid);

    const file = world.at('.config/polygate/instances/zero/main.json');
    const before = JSON.parse(await readFile(file, 'utf8')) as object;
    const other = { command: [process.execPath, ...world.command().slice(1), '--profile', 'main', 'gateway', 'run'] };
    await writeFile(`${file}.new`, JSON.stringify({ ...before, program: { ...other, environment: { LANG: 'C' } } }));
    renameSync(`${file}.new`, file);
    await expect.poll(async () => (await psOf(world, 'zero/main')).pid, { timeout: 30_000 }).not.toBe(main);
    await expect.poll(async () => (await psOf(world, 'zero/main')).verdict, { timeout: 30_000 }).toBe('healthy');
    expect((await psOf(world, 'zero/rescue')).pid).toBe(rescue);

    // A second time: the folder is still watched.
    const [again] = (await ps(world)).instances.map(({ pid }) => pid);
    await settings(world, 'main', before as Record<string, unknown>);
    await expect.poll(async () => (await psOf(world, 'zero/main')).pid, { timeout: 30_000 }).not.toBe(again);
    await expect.poll(async () => (await psOf(world, 'zero/main')).verdict, { timeout: 30_000 }).toBe('healthy');
    expect((await psOf(world, 'zero/rescue')).pid).toBe(rescue);

    // An edit that makes them wait for one another changes nothing of what runs.
    const pids = (await ps(world)).instances.map(({ pid }) => pid);
    await settings(world, 'rescue', { depends_on: { 'zero/main': 'started' } });
    await settings(world, 'main', { depends_on: { 'zero/rescue': 'started' } });
    const circle = await world.zero('supervisor', 'reload', '--json');
    expect([circle.code, circle.json<{ reloaded: { refused: object[] } }>().reloaded.refused]).toMatchObject([
      1,
      [{ reason: expect.stringContaining('goes round in a circle') }, { reason: expect.stringContaining('zero/rescue') }],
    ]);
    expect((await ps(world)).instances.map(({ pid }) => pid)).toEqual(pids);
  });

  it('that are wrong are refused and said, and what counted before goes on', async () => {
    const world = await worldOf('main');
    const up = world.start('up', 'main');
    await up.readUntil(/is ready/);
    const { pid } = await psOf(world, 'zero/main');
    const file = world.at('.config/polygate/instances/zero/main.json');
    const good = await readFile(file, 'utf8');
    await writeFile(file, '{ "version": 1, "program": ');
    await up.readUntil(/zero\/main goes on as it was: the settings file .* is damaged/);
    const reload = await world.zero('supervisor', 'reload', '--json');
    expect(reload.code).toBe(1);
    expect(reload.json()).toMatchObject({ reloaded: { refused: [{ id: 'zero/main' }], restarted: [] } });
    await writeFile(file, good);
    await expect
      .poll(async () => (await world.zero('supervisor', 'reload', '--json')).json().reloaded, { timeout: 30_000 })
      .toEqual({ added: [], removed: [], restarted: [], adjusted: [], refused: [] });
    expect((await psOf(world, 'zero/main')).pid).toBe(pid);
  });

  it('are read again on SIGHUP where there is no terminal, which also takes up what is new', async () => {
    const world = await worldOf('main');
    const up = world.start('up');
    await up.readUntil(/is ready/);
    await world.zero('--profile', 'later', 'setup');
    up.kill('SIGHUP');
    await up.readUntil(/zero\/later is ready/);
    up.kill('SIGTERM');
    expect((await up.exited).code).toBe(0);
  });
});

describe('metrics', () => {
  it('are served to this machine alone, in the format of Prometheus, where a port is set', async () => {
    const world = await worldOf('main');
    const port = world.firstPort + 700;
    await writeFile(world.at('.config/polygate/supervisor.json'), JSON.stringify({ version: 1, metricsPort: port }));
    await world.zero('up', '-d', 'main', '--wait');
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await response.text();
    for (const line of [
      'polygate_up{instance="zero/main"} 1',
      'polygate_ready{instance="zero/main"} 1',
      'polygate_wanted{instance="zero/main"} 1',
      'polygate_verdict{instance="zero/main",verdict="healthy"} 1',
      'polygate_restarts_total{instance="zero/main"} 0',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toMatch(/^polygate_probe_seconds_bucket\{le="10",instance="zero\/main",probe="startup",ok="true"\} [1-9]/m);
    const { pid } = await psOf(world, 'zero/main');
    process.kill(pid as number, 'SIGKILL');
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await expect.poll(metrics, { timeout: 30_000 }).toContain('polygate_deaths_total{instance="zero/main",reason="SIGKILL"} 1');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(405);

    // Gateways come first: where somebody else has the port, they are run without.
    await world.zero('down');
    const other = createServer().listen(port, '127.0.0.1');
    afterTest(async () => other.close());
    await once(other, 'listening');
    expect(await world.zero('up', '-d', 'main', '--wait')).toMatchObject({ code: 0 });
    expect(await psOf(world, 'zero/main')).toMatchObject({ verdict: 'healthy' });
    expect(await readFile(supervisorFile(world, 'supervisor.log'), 'utf8')).toMatch(
      new RegExp(`no metrics: .*\\b${port}\\b.* in use`),
    );
  });
});
