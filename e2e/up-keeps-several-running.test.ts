import { describe, expect, it } from 'vitest';
import { newWorld, type World } from './support/world.ts';

async function twoProfiles(): Promise<World> {
  const world = await newWorld();
  for (const profile of ['main', 'rescue']) await world.zero('--profile', profile, 'setup');
  return world;
}

const isUp = async (port: number) => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined))?.status === 200;

describe('up', () => {
  it('brings both profiles up, shows them, and stops both on SIGINT', async () => {
    const world = await twoProfiles();
    const up = world.start('up', 'main', 'rescue');
    await up.readUntil(/INSTANCE[\s\S]*zero\/rescue +healthy/);
    expect(up.stdout).toMatch(/zero\/main +healthy +\d+ +\d+ +ws:\/\/127\.0\.0\.1:\d+/);
    expect(await isUp(world.firstPort)).toBe(true);
    expect(await isUp(world.firstPort + 1000)).toBe(true);
    up.kill('SIGINT');
    expect((await up.exited).code).toBe(0);
    expect(up.stdout).toMatch(/zero\/main is stopped[\s\S]*/);
    expect(await isUp(world.firstPort)).toBe(false);
    expect(await isUp(world.firstPort + 1000)).toBe(false);
  });

  it('starts one again that dies, and leaves the other alone', async () => {
    const world = await twoProfiles();
    const up = world.start('up', 'main', 'rescue');
    await up.readUntil(/INSTANCE[\s\S]*zero\/rescue +healthy/);
    const [, mainPid] = /zero\/main started, pid (\d+)/.exec(up.stdout) as RegExpExecArray;
    process.kill(Number(mainPid), 'SIGKILL');
    await up.readUntil(/zero\/main was ended by SIGKILL; starting it again[\s\S]*zero\/main is ready/);
    expect(await isUp(world.firstPort)).toBe(true);
    expect(up.stdout.match(/zero\/rescue started/g)).toHaveLength(1);
  });

  it('parks one whose configuration is fatal, and says why, while the other runs', async () => {
    const world = await twoProfiles();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(world.at('.zero-main/zero.json'), '{ "gateway": { "mode": "remote" } }');
    const up = world.start('up', 'main', 'rescue');
    await up.readUntil(/zero\/main is parked: it ended with a fatal configuration error \(78\)/);
    await up.readUntil(/zero\/rescue is ready/);
    up.kill('SIGTERM');
    expect((await up.exited).code).toBe(1);
  });

  it('refuses a profile that was never set up, and one that runs already', async () => {
    const world = await twoProfiles();
    expect((await world.zero('up', 'nobody', '--json')).json()).toMatchObject({ error: { code: 'PROFILE_UNKNOWN' } });
    const gateway = world.start('--profile', 'main', 'gateway');
    await gateway.readUntil(/listening on/);
    expect((await world.zero('up', 'main', '--json')).json()).toMatchObject({ error: { code: 'GATEWAY_ALREADY_RUNNING' } });
    await gateway.stop();
    const up = world.start('up', 'main');
    await up.readUntil(/is ready/);
    const second = await world.zero('up', 'main', '--json');
    expect(second.code).toBe(75);
    expect(second.json()).toMatchObject({
      error: { code: 'SUPERVISOR_RUNNING', details: { pid: up.pid }, hint: expect.stringContaining('polygate up -d zero/main') },
    });
  });
});
