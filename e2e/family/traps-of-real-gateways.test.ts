import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type Running, startCommand, unless, whyNoNetwork } from '@polygate/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { peer, runPeer } from '../support/peers.ts';
import { PEER_OF, processesWith, programOf, type RealFleet, realFleet } from '../support/real-fleet.ts';
import { afterTest, forAllTests } from '../support/world.ts';

const whyNot = whyNoNetwork();
const JANUARY = 'clawdbot/main';
const NEWEST = 'openclaw/main';

interface Status {
  verdict: string;
  reason: string;
  process: { pid: number } | null;
  port: { status: string; listeners: { pid: number }[] };
  probe: { rungs: { rung: string; ok: boolean; detail?: string }[]; server?: { stateDir?: string } };
}

describe.skipIf(whyNot !== undefined)(unless(whyNot, 'traps of real gateways'), () => {
  let fleet: RealFleet;
  const status = async (id: string, ...args: string[]) => {
    const asked = await fleet.of(id, 'gateway', 'status', '--json', ...args);
    return { code: asked.code, ...asked.json<Status>() };
  };
  const settingsOf = async (id: string) =>
    JSON.parse(await readFile(fleet.world.at('.config/polygate/instances', `${id}.json`), 'utf8')) as {
      program: { command: string[]; environment: Record<string, string> };
    };
  const consoleOf = (id: string) => readFile(`${fleet.instance(id).stateDir}/logs/console.log`, 'utf8').catch(() => '');
  /** What every line of /proc/net/tcp in their network says: state and ports. */
  const sockets = async () => {
    const { stdout } = await fleet.world.run(fleet.network.inside(['cat', '/proc/net/tcp', '/proc/net/tcp6']));
    return stdout.split('\n').flatMap((line) => {
      const [, local = '', remote = '', state] = line.trim().split(/\s+/);
      const port = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16);
      return state === undefined || state === 'st' ? [] : [{ local: port(local), remote: port(remote), state }];
    });
  };
  const isListening = async (port: number) => (await sockets()).some(({ local, state }) => local === port && state === '0A');
  const connectionsTo = async (port: number) =>
    (await sockets()).filter(({ remote, state }) => remote === port && state === '01').length;

  beforeAll(async () => {
    fleet = await forAllTests(() => realFleet(JANUARY, NEWEST));
    for (const id of [JANUARY, NEWEST]) {
      const up = await fleet.up(id);
      expect(up.code, up.stdout).toBe(0);
    }
  }, 1_500_000);

  /** Stops it, changes how it is run, starts it; and puts all of that back after the test. */
  async function runOtherwise(id: string, change: { environment?: Record<string, string>; args?: string[] }): Promise<void> {
    const before = await settingsOf(id);
    const { program } = before;
    const environment = { ...program.environment, ...change.environment };
    afterTest(async () => {
      await fleet.polygate('down', id);
      await fleet.settings(id, { program });
      expect((await fleet.up(id)).code).toBe(0);
    });
    expect((await fleet.polygate('down', id)).code).toBe(0);
    await fleet.settings(id, { program: { command: [...program.command, ...(change.args ?? [])], environment } });
  }

  it('what is started is the gateway itself, not a launcher in front of it', async () => {
    const { pid } = await fleet.row(JANUARY);
    const { listeners } = (await status(JANUARY)).port;
    expect(new Set(listeners.map((one) => one.pid))).toEqual(new Set([pid]));
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    expect(environment).toContain('CLAWDBOT_NO_RESPAWN=1');
    expect(await readFile(`/proc/${(await fleet.row(NEWEST)).pid}/environ`, 'utf8')).toContain(
      'OPENCLAW_SUPERVISOR_MODE=external',
    );
  });

  it('a launcher that is killed leaves an orphan on the port: it is ended before the next one starts', async () => {
    await runOtherwise(JANUARY, { environment: { CLAWDBOT_NO_RESPAWN: '0' } });
    expect((await fleet.up(JANUARY)).code).toBe(0);
    const launcher = (await fleet.row(JANUARY)).pid as number;
    const [before] = (await status(JANUARY)).port.listeners;
    expect(before?.pid).not.toBe(launcher);
    process.kill(launcher, 'SIGKILL');
    await expect
      .poll(() => fleet.row(JANUARY), { timeout: 400_000, interval: 500 })
      .toMatchObject({
        verdict: 'healthy',
        supervised: { restarts: 1, deaths: expect.arrayContaining([expect.objectContaining({ signal: 'SIGKILL' })]) },
      });
    const { listeners } = (await status(JANUARY)).port;
    expect(listeners.map(({ pid }) => pid)).not.toContain(before?.pid);
    const left = await processesWith(`CLAWDBOT_STATE_DIR=${fleet.instance(JANUARY).stateDir}`);
    expect(left).not.toContain(before?.pid);
    expect(await consoleOf(JANUARY)).not.toMatch(/EADDRINUSE|already running/);
  });

  it('an open port is no readiness: until it is of use it is starting, neither down nor up', async () => {
    await fleet.polygate('down', NEWEST);
    const { deaths } = (await fleet.row(NEWEST)).supervised;
    await fleet.polygate('up', NEWEST, '-d');
    const seen: { verdict: string; listens: boolean }[] = [];
    await expect
      .poll(
        async () => {
          const { verdict, port } = await status(NEWEST);
          seen.push({ verdict, listens: port.status === 'busy' });
          return verdict;
        },
        { timeout: 400_000, interval: 100 },
      )
      .toBe('healthy');
    expect(new Set(seen.map(({ verdict }) => verdict))).toEqual(new Set(['starting', 'healthy']));
    expect((await fleet.row(NEWEST)).supervised.deaths).toEqual(deaths);
  });

  describe('one that was started by hand, and names the default profile’s paths', () => {
    async function byHand(): Promise<{ running: Running; port: number }> {
      await fleet.polygate('down', JANUARY);
      const { node, entry } = peer(PEER_OF.clawdbot as string);
      const { program } = await settingsOf(JANUARY);
      const { port } = fleet.instance(JANUARY);
      // Its profile is in its arguments alone, which it replaces by its title: neither they nor its environment tell.
      const argv = fleet.network.inside([node, entry, '--profile', 'main', 'gateway', '--port', String(port)]);
      const env = { ...fleet.world.env, ...program.environment, CLAWDBOT_NO_RESPAWN: '1' };
      const running = startCommand(argv, { env, cwd: fleet.world.home });
      afterTest(async () => {
        await running.stop();
        expect((await fleet.up(JANUARY)).code).toBe(0);
      });
      await running.readUntil(/listening on ws:/, 400_000);
      return { running, port };
    }

    it('is known by the process that owns its port, and taken for no other', async () => {
      const { running, port } = await byHand();
      const own = await status(JANUARY);
      expect(own).toMatchObject({ code: 0, verdict: 'healthy', process: { pid: running.pid } });
      expect(own.probe.server?.stateDir).toBe(fleet.world.at('.clawdbot'));
      // That of the default profile, which has the same port in its config, is not what answers there: it is named all the same.
      await mkdir(fleet.world.at('.clawdbot'), { recursive: true });
      const config = { gateway: { mode: 'local', port, auth: { mode: 'token', token: fleet.instance(JANUARY).token } } };
      await writeFile(fleet.world.at('.clawdbot/clawdbot.json'), JSON.stringify(config), { mode: 0o600 });
      expect(await status('clawdbot/default')).toMatchObject({ code: 69, verdict: 'wrong-instance' });
      await rm(fleet.world.at('.clawdbot'), { recursive: true });
      // Nor is a second one started on its state: why is said, with its pid.
      const refused = await fleet.polygate('up', JANUARY, '-d', '--json');
      expect(refused.json()).toMatchObject({
        error: { code: 'GATEWAY_ALREADY_RUNNING', message: expect.stringContaining(String(running.pid)) },
      });
    });
  });

  it('presence does not grow with what is asked', async () => {
    const presence = async (id: string) =>
      (await fleet.of(id, 'gateway', 'call', 'system-presence', '--json')).json<unknown[]>().length;
    for (const id of [JANUARY, NEWEST]) {
      const before = await presence(id);
      for (let n = 0; n < 5; n += 1) await status(id);
      expect(await presence(id), id).toBeLessThanOrEqual(Math.max(before, 3));
    }
  });

  it('a first start with an emptied temporary folder is slow, and is left to end', async () => {
    await mkdir(fleet.world.at('empty-tmp'));
    await runOtherwise(JANUARY, { environment: { TMPDIR: fleet.world.at('empty-tmp') } });
    const { deaths } = (await fleet.row(JANUARY)).supervised;
    const up = await fleet.up(JANUARY);
    expect(up.code, up.stdout).toBe(0);
    expect(await readdir(fleet.world.at('empty-tmp'))).not.toEqual([]);
    expect(await fleet.row(JANUARY)).toMatchObject({ verdict: 'healthy', supervised: { deaths } });
  });

  it('a secret that is refused is shown rarely, and no socket is left open for it', async () => {
    await runOtherwise(JANUARY, { args: ['--token', 'of-somebody-else'] });
    const { deaths } = (await fleet.row(JANUARY)).supervised;
    await fleet.polygate('up', JANUARY, '-d');
    await expect.poll(async () => (await fleet.row(JANUARY)).verdict, { timeout: 400_000, interval: 500 }).toBe('unauthorized');
    const refusals = async () => ((await consoleOf(JANUARY)).match(/unauthorized|token_mismatch/gi) ?? []).length;
    const before = await refusals();
    const { port } = fleet.instance(JANUARY);
    // Twenty periods of its probes, and nobody is told the wrong secret again.
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    expect(await refusals()).toBe(before);
    expect(await connectionsTo(port)).toBeLessThanOrEqual(2);
    expect((await fleet.row(JANUARY)).supervised.deaths).toEqual(deaths);
    expect(await status(JANUARY, '--token', 'of-somebody-else')).toMatchObject({ code: 0, verdict: 'healthy' });
  });

  it('many who ask at once leave no socket behind', async () => {
    const { port } = fleet.instance(NEWEST);
    for (let n = 0; n < 3; n += 1) await Promise.all(Array.from({ length: 6 }, () => status(NEWEST, '--token', 'wrong')));
    await expect.poll(() => connectionsTo(port), { timeout: 30_000 }).toBeLessThanOrEqual(2);
    expect(await status(NEWEST)).toMatchObject({ code: 0, verdict: 'healthy' });
  });

  it.each([JANUARY, NEWEST])('%s: a restart opens no inspector', async (id) => {
    const restarted = await fleet.polygate('restart', id, '--wait', '--timeout', '400000', '--json');
    expect(restarted.code, restarted.stdout).toBe(0);
    expect(await isListening(9229)).toBe(false);
    expect(await status(id)).toMatchObject({ code: 0, verdict: 'healthy' });
    expect(await consoleOf(id)).not.toContain('Debugger listening');
  });

  describe('the newest one and its contract with an outside supervisor', () => {
    const PLACE = ['--profile', 'main'];
    /** Its own command, as an outside supervisor calls it, or (`{}`) as somebody who knows of none. */
    const own = async (args: string[], env: Record<string, string> = { OPENCLAW_SUPERVISOR_MODE: 'external' }) => {
      const { home } = fleet.world;
      const done = await runPeer(peer(PEER_OF.openclaw as string), [...PLACE, ...args], {
        home,
        env,
        inside: fleet.network.inside,
      });
      return { code: done.code, told: JSON.parse(done.stdout.slice(done.stdout.indexOf('{'))) as Record<string, unknown> };
    };
    const consume = (pid: number, env?: Record<string, string>) =>
      own(['gateway', 'restart-handoff', 'consume', '--expected-pid', String(pid), '--json'], env);

    it('has the contract; restarted by its own command it keeps its process, and there is nothing to hand over', async () => {
      const { pid } = await fleet.row(NEWEST);
      expect(await own(['gateway', 'restart-handoff', 'capabilities', '--json'])).toMatchObject({
        code: 0,
        told: { protocolVersion: 1, operations: ['consume'] },
      });
      const restarted = await own(['gateway', 'restart', '--json']);
      expect(restarted, JSON.stringify(restarted)).toMatchObject({ code: 0, told: { ok: true } });
      await expect.poll(() => consoleOf(NEWEST), { timeout: 400_000 }).toMatch(/in-process restart/);
      await expect.poll(() => fleet.row(NEWEST), { timeout: 400_000, interval: 500 }).toMatchObject({ verdict: 'healthy', pid });
      expect(await consume(pid as number)).toMatchObject({ code: 0, told: { status: 'none', reason: 'missing' } });
    });

    it('that may end for a restart hands over, ends with 0, and is started again at once', async () => {
      await runOtherwise(NEWEST, { environment: { OPENCLAW_NO_RESPAWN: '0' } });
      expect((await fleet.up(NEWEST)).code).toBe(0);
      const { pid, supervised } = await fleet.row(NEWEST);
      const before = supervised.deaths.length;
      process.kill(pid as number, 'SIGUSR2');
      await expect
        .poll(async () => (await fleet.row(NEWEST)).supervised.deaths.length, { timeout: 400_000 })
        .toBeGreaterThan(before);
      expect((await fleet.row(NEWEST)).supervised.deaths[before]).toMatchObject({ code: 0, signal: null, by: null });
      await expect
        .poll(() => fleet.row(NEWEST), { timeout: 400_000, interval: 500 })
        .toMatchObject({ verdict: 'healthy', supervised: { state: 'ready' } });
      expect((await fleet.row(NEWEST)).pid).not.toBe(pid);
    });

    it('whose database an outside supervisor claimed runs as before, and lets nobody else write', async () => {
      expect((await fleet.polygate('down', NEWEST)).code).toBe(0);
      const claimed = await own(['database', 'ownership', 'claim', '--manager', 'polygate', '--json']);
      expect(claimed.code, JSON.stringify(claimed)).toBe(0);
      expect((await fleet.up(NEWEST)).code).toBe(0);
      expect(await status(NEWEST)).toMatchObject({ code: 0, verdict: 'healthy' });
      const refused = await consume(1, {});
      expect(refused).toMatchObject({ code: 1, told: { ok: false } });
      expect(JSON.stringify(refused)).toContain('externally supervised by polygate');
    });
  });

  it('one that asks for a password lets in nobody without a device: Polygate makes one, and is paired', async () => {
    const id = 'clawdbot/secret';
    const secret = ['--gateway-auth', 'password', '--gateway-password', 'a-password'];
    const program = ['--program', programOf('clawdbot')];
    const made = await fleet.of(id, 'onboard', '--non-interactive', '--accept-risk', '--json', ...secret, ...program);
    expect(made.code, made.stdout).toBe(0);
    afterTest(() => fleet.polygate('down', id));
    const up = await fleet.up(id);
    expect(up.code, up.stdout).toBe(0);
    expect(await status(id)).toMatchObject({ code: 0, verdict: 'healthy' });
    expect(await status(id, '--password', 'wrong')).toMatchObject({ code: 77, verdict: 'unauthorized' });
    const { mode } = await stat(fleet.world.at('.local/state/polygate/device.pem'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('the Node that it needs is told before it is started', async () => {
    const [, ...rest] = programOf('openclaw').split(' ');
    const { node } = peer(PEER_OF.clawdbot as string);
    const refused = await fleet.of('openclaw/other', 'setup', '--json', '--program', [node, ...rest].join(' '));
    expect(refused.code).toBe(78);
    expect(refused.json()).toMatchObject({
      error: {
        code: 'PROGRAM_NEEDS_NODE',
        message: expect.stringMatching(/^openclaw 2026\.9\.6 needs Node >=24\.16\.0 <25 \|\| >=26\.1\.0; .* is 22\.23\.3/),
        hint: expect.stringContaining('24.16.0'),
      },
    });
  });
});
