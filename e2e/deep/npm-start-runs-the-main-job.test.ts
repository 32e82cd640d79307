import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startCommand } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { freshClone, shareFetched } from '../support/fresh-clone.ts';
import { afterTest, newWorld } from '../support/world.ts';

describe('npm start in a fresh clone with an empty home', () => {
  it('installs, builds, brings main and rescue up, stops both on Ctrl-C, and reuses what is there the second time', async () => {
    const world = await newWorld();
    const clone = world.at('clone');
    await freshClone(clone);
    const env = { ...world.env, ...(await shareFetched(world.home)) };
    const start = () => {
      const running = startCommand(['npm', 'start'], { cwd: clone, env, group: true });
      afterTest(() => running.stop('SIGINT'));
      return running;
    };
    const first = start();
    await first.readUntil(/Installing dependencies/, 30_000);
    await first.readUntil(/INSTANCE +VERDICT +PID +PORT +URL[\s\S]*zero\/main +healthy[\s\S]*zero\/rescue +healthy/, 150_000);
    const [, pids] = [0, [...first.stdout.matchAll(/started, pid (\d+)/g)].map((m) => Number(m[1]))];
    expect(pids).toHaveLength(2);
    first.kill('SIGINT');
    await first.exited;
    expect(first.stdout).toMatch(/zero\/main is stopped/);
    expect(first.stdout).toMatch(/zero\/rescue is stopped/);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');

    const second = start();
    await second.readUntil(/zero\/rescue +healthy/, 60_000);
    expect(second.stdout).not.toContain('Installing');
    expect(second.stdout).not.toContain('built polygate');
    second.kill('SIGINT');
    await second.exited;
    await theDevelopmentLoop(clone, { ...env, POLYGATE_FIRST_PORT: String(world.firstPort) }, world.firstPort);
  }, 300_000);
});

/** `npm run gateway:watch` in a clone that is built: an edit restarts the gateway, and one that does not build leaves it alone. */
async function theDevelopmentLoop(clone: string, env: Record<string, string>, port: number): Promise<void> {
  const args = ['--allow-unconfigured', '--port', String(port)];
  const loop = startCommand(['npm', 'run', 'gateway:watch', '--', ...args], { cwd: clone, env, group: true });
  afterTest(() => loop.stop('SIGINT'));
  const health = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    return response?.status;
  };
  await loop.readUntil(/listening on/, 60_000);
  expect(await health()).toBe(200);

  const source = path.join(clone, 'packages/gateway/src/limits.ts');
  const text = await readFile(source, 'utf8');
  await writeFile(source, `${text}// Edited.\n`);
  await loop.readUntil(/listening on[\s\S]*listening on/, 60_000);
  expect(loop.stdout).toContain('built polygate');

  await writeFile(source, `${text}this is no source\n`);
  await loop.readUntil(/the gateway goes on as it was/, 60_000);
  expect(await health()).toBe(200);
  loop.kill('SIGINT');
  await loop.exited;
  expect(await health()).toBeUndefined();
}
