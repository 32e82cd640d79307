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
  }, 300_000);
});
