import { readFile, writeFile } from 'node:fs/promises';
import { startCommand, unless, whyNoNetwork } from '@polygate/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { processesWith, type RealFleet, realFleet } from '../support/real-fleet.ts';
import { afterTest, forAllTests } from '../support/world.ts';

const whyNot = whyNoNetwork();
const REAL = ['clawdbot/main', 'clawdbot/rescue', 'openclaw/main', 'openclaw/rescue'];
const ALL = [...REAL, 'zero/main'];

interface Status {
  verdict: string;
  reason: string;
  exitCode: number;
  process: { pid: number } | null;
  probe: { rungs: { rung: string; ok: boolean; detail?: string }[]; server?: { version: string } };
  port: { status: string };
}

describe.skipIf(whyNot !== undefined)(unless(whyNot, 'real gateways of two products and ours, on one host'), () => {
  let fleet: RealFleet;
  const status = async (id: string, ...args: string[]) => {
    const asked = await fleet.of(id, 'gateway', 'status', '--json', ...args);
    return { code: asked.code, ...asked.json<Status>() };
  };
  const verdict = (id: string) => expect.poll(async () => (await fleet.row(id)).verdict, { timeout: 400_000, interval: 500 });

  beforeAll(async () => {
    fleet = await forAllTests(() => realFleet(...ALL));
    // One after the other: a first start takes all processors.
    for (const id of ALL) {
      const up = await fleet.up(id);
      expect(up.code, up.stdout).toBe(0);
    }
  }, 1_500_000);

  it('are healthy, each under its own profile, port and process', async () => {
    const { instances } = await fleet.ps();
    expect(instances.map(({ id, verdict }) => [id, verdict])).toEqual(ALL.map((id) => [id, 'healthy']));
    expect(new Set(instances.map(({ pid }) => pid)).size).toBe(ALL.length);
  });

  it.each(ALL)('%s: every rung of the ladder holds, and the identity is its own', async (id) => {
    const { code, verdict, probe } = await status(id);
    expect({ code, verdict }).toEqual({ code: 0, verdict: 'healthy' });
    const failed = probe.rungs.filter(({ ok }) => !ok);
    expect(failed).toEqual([]);
    const names = probe.rungs.map(({ rung }) => rung);
    const january = id.startsWith('clawdbot');
    // January answers 200 with a web page on every path: there is nothing to ask by HTTP.
    expect(names).toEqual(['tcp', ...(january ? [] : ['http']), 'challenge', 'hello', 'identity', 'rpc']);
  });

  it('stand side by side in status --all --deep --json, with all that is ours', async () => {
    const all = await fleet.polygate('status', '--all', '--deep', '--json');
    expect(all.code).toBe(0);
    const { instances } = all.json<{ instances: { id: string; verdict: string }[] }>();
    expect(instances.map(({ id, verdict }) => [id, verdict])).toEqual(ALL.map((id) => [id, 'healthy']));
  });

  it.each(['clawdbot/rescue', 'openclaw/rescue'])(
    '%s that is killed comes back as another process, alone on its port',
    async (id) => {
      const before = (await fleet.row(id)).pid as number;
      process.kill(before, 'SIGKILL');
      await expect
        .poll(() => fleet.row(id), { timeout: 400_000, interval: 300 })
        .toMatchObject({ verdict: 'healthy', supervised: { restarts: 1, deaths: [{ signal: 'SIGKILL' }] } });
      const { pid } = await fleet.row(id);
      expect(pid).not.toBe(before);
      expect((await status(id)).process?.pid).toBe(pid);
    },
  );

  it.each(['clawdbot/rescue', 'openclaw/rescue'])('%s that wedges is found out and started anew', async (id) => {
    const before = (await fleet.row(id)).pid as number;
    process.kill(before, 'SIGSTOP');
    await expect
      .poll(() => fleet.row(id), { timeout: 400_000, interval: 500 })
      .toMatchObject({
        verdict: 'healthy',
        supervised: { deaths: expect.arrayContaining([expect.objectContaining({ by: expect.stringMatching(/^liveness: /) })]) },
      });
    expect((await fleet.row(id)).pid).not.toBe(before);
  });

  it.each(['clawdbot/rescue', 'openclaw/rescue'])(
    '%s with a wrong token: unauthorized, 77, and it is not restarted for it',
    async (id) => {
      const before = await fleet.row(id);
      const { code, verdict, probe } = await status(id, '--token', 'wrong');
      expect({ code, verdict }).toEqual({ code: 77, verdict: 'unauthorized' });
      expect(probe.rungs.find(({ rung }) => rung === 'challenge')?.ok).toBe(true);
      expect((await fleet.row(id)).pid).toBe(before.pid);
    },
  );

  it('are restarted one at a time, each ready before the next', async () => {
    const before = new Map((await fleet.ps()).instances.map(({ id, pid }) => [id, pid]));
    const rolled = await fleet.polygate('restart', '--rolling', '--wait', '--timeout', '1100000', '--json');
    expect(rolled.code, rolled.stdout).toBe(0);
    for (const { id, pid, verdict } of (await fleet.ps()).instances) {
      expect([id, verdict]).toEqual([id, 'healthy']);
      // The newest one restarts in place, with the process that it has; of January's the version is not told: it is a new one.
      const { stateDir } = fleet.instance(id);
      if (!id.startsWith('openclaw') || pid !== before.get(id)) expect(pid).not.toBe(before.get(id));
      else expect(await readFile(`${stateDir}/logs/console.log`, 'utf8')).toContain('SIGUSR2');
    }
  }, 1_200_000);

  it.each(['clawdbot/rescue', 'openclaw/rescue'])(
    '%s: stop leaves nothing, a stranger on its port is named, start brings it back',
    async (id) => {
      const { port, stateDir } = fleet.instance(id);
      const prefix = id.startsWith('openclaw') ? 'OPENCLAW_' : 'CLAWDBOT_';
      expect((await fleet.polygate('down', id)).code).toBe(0);
      expect(await processesWith(`${prefix}STATE_DIR=${stateDir}`)).toEqual([]);
      expect(await status(id)).toMatchObject({ code: 3, port: { status: 'free' } });

      const serve = `require('http').createServer((_, r) => r.end('<html>')).listen(${port}, '127.0.0.1', () => console.log('serves'))`;
      const stranger = startCommand(fleet.network.inside([process.execPath, '-e', serve]), { env: fleet.world.env });
      afterTest(() => stranger.stop());
      await stranger.readUntil(/serves/);
      expect(await status(id)).toMatchObject({ code: 69, verdict: 'port-foreign' });
      await stranger.stop();

      expect((await fleet.up(id)).code).toBe(0);
      await verdict(id).toBe('healthy');
    },
  );

  it.each(['clawdbot/rescue', 'openclaw/rescue'])('%s: a second gateway on its state is refused, and why is said', async (id) => {
    const { stateDir } = fleet.instance(id);
    const first = await fleet.row(id);
    const [product = '', profile = ''] = id.split('/');
    const settingsFile = fleet.world.at('.config/polygate/instances', `${id}.json`);
    const { program } = JSON.parse(await readFile(settingsFile, 'utf8')) as { program: { command: string[] } };
    // As somebody would who does not know that it runs already: by its own command, on another port.
    const prefix = product === 'openclaw' ? 'OPENCLAW_' : 'CLAWDBOT_';
    const second = startCommand(fleet.network.inside([...program.command, '--port', String(fleet.instance(id).port + 300)]), {
      env: { ...fleet.world.env, [`${prefix}STATE_DIR`]: stateDir, [`${prefix}PROFILE`]: profile, [`${prefix}NO_RESPAWN`]: '1' },
      cwd: fleet.world.home,
    });
    afterTest(() => second.stop('SIGKILL'));
    const { code } = await second.exited;
    expect(code).not.toBe(0);
    await writeFile(fleet.world.at('second.log'), second.stdout + second.stderr);
    expect(await fleet.row(id)).toMatchObject({ verdict: 'healthy', pid: first.pid });
  });
});
