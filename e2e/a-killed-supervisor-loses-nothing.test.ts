import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { claimPortBlock, tempDir } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { FleetProcess, isAlive, waitFor } from './support/fleet.ts';
import { afterTest } from './support/world.ts';

/** Writes its pid down, so that nobody is started unseen, and stays. */
const STAYS = 'echo $$ >> starts; exec sleep 600';
const onLinux = process.platform === 'linux';

interface Place {
  dir: string;
  folder: string;
  specs(programs: Record<string, string | readonly string[]>, more?: Record<string, object>): object[];
  /** Pids of all processes that an instance ever had. */
  starts(name: string): number[];
  open(): Promise<FleetProcess>;
}

async function place(): Promise<Place> {
  const dir = await tempDir();
  const names = new Set<string>();
  const starts = (name: string) => {
    const file = path.join(dir.path, name, 'starts');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
  };
  afterTest(dir.remove);
  afterTest(async () => {
    for (const pid of [...names].flatMap(starts)) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {}
      await waitFor('its end', () => !isAlive(pid));
    }
  });
  return {
    dir: dir.path,
    folder: path.join(dir.path, 'supervisor'),
    starts,
    specs: (programs, more = {}) =>
      Object.entries(programs).map(([name, program]) => {
        names.add(name);
        const cwd = path.join(dir.path, name);
        return {
          id: `zero/${name}`,
          argv: typeof program === 'string' ? ['/bin/sh', '-c', program] : program,
          env: { PATH: '/usr/bin:/bin', OWN: '1' },
          cwd,
          output: { path: path.join(cwd, 'logs/console.log'), maxBytes: 0, keep: 0 },
          probes: { startup: null, readiness: null, liveness: null },
          restart: {
            steadyMs: 10_000,
            firstMs: 50,
            highestMs: 200,
            jitter: 0,
            loopDeaths: 4,
            loopWindowMs: 60_000,
            parkedRetryMs: 300_000,
          },
          stop: { signal: 'SIGTERM', budgetMs: 1_000 },
          limits: {},
          dependsOn: {},
          target: { host: '127.0.0.1', port: 1, token: 'a-secret-token' },
          document: { id: `zero/${name}` },
          identity: { stateDir: cwd, configPath: path.join(cwd, 'x.json') },
          ...more[name],
        };
      }),
    async open() {
      const fleet = new FleetProcess();
      await fleet.ask('open', { folder: path.join(dir.path, 'supervisor') });
      return fleet;
    },
  };
}

async function makeFolders(at: Place, names: readonly string[]): Promise<void> {
  for (const name of names) await mkdir(path.join(at.dir, name));
}

const ten = Array.from({ length: 10 }, (_, i) => `p${i}`);
const allStay = Object.fromEntries(ten.map((name) => [name, STAYS]));

async function tenRunning(): Promise<{ at: Place; fleet: FleetProcess; pids: Map<string, number> }> {
  const at = await place();
  await makeFolders(at, ten);
  const fleet = await at.open();
  await fleet.ask('apply', { specs: at.specs(allStay) });
  await waitFor('ten', () => ten.every((name) => at.starts(name).length === 1));
  const pids = new Map((await fleet.reports()).map(({ id, pid }) => [id, pid as number]));
  return { at, fleet, pids };
}

describe.runIf(onLinux)('a supervisor that is killed and started again', () => {
  it('takes over all that run, with the same pids and no second copy, and restarts the one that died meanwhile', async () => {
    const { at, fleet, pids } = await tenRunning();
    await waitFor('the state', async () =>
      (await readFile(path.join(at.folder, 'state.json'), 'utf8').catch(() => '')).includes('p9'),
    );
    await fleet.kill();
    const dead = pids.get('zero/p3') as number;
    process.kill(dead, 'SIGKILL');
    await waitFor('its end', () => !isAlive(dead));
    const next = await at.open();
    await next.ask('apply', { specs: at.specs(allStay) });
    await waitFor('the tenth', () => at.starts('p3').length === 2);
    const reports = await next.reports();
    for (const { id, pid, adopted, state, deaths } of reports.filter((report) => report.id !== 'zero/p3')) {
      expect({ id, pid, adopted, state, deaths }).toEqual({ id, pid: pids.get(id), adopted: true, state: 'ready', deaths: [] });
      expect(at.starts(id.slice(5))).toEqual([pid]);
    }
    const restarted = await next.report('zero/p3');
    expect(restarted).toMatchObject({ adopted: false, restarts: 1, deaths: [{ code: null, signal: null }] });
    // Adopted ones are still looked after: their end is noticed, and they can be stopped.
    process.kill(pids.get('zero/p4') as number, 'SIGKILL');
    await next.until('zero/p4', 'died');
    await waitFor('its successor', () => at.starts('p4').length === 2);
    await next.ask('stop', { ids: ['zero/p5'] });
    expect(isAlive(pids.get('zero/p5') as number)).toBe(false);
  });

  it('finds them by their marks when its state file is gone, or is no more than rubbish', async () => {
    const { at, fleet, pids } = await tenRunning();
    await fleet.kill();
    await rm(path.join(at.folder, 'state.json'), { force: true });
    const second = await at.open();
    await second.ask('apply', { specs: at.specs(allStay) });
    for (const { id, pid, adopted } of await second.reports()) expect([pid, adopted]).toEqual([pids.get(id), true]);
    await second.kill();
    await writeFile(path.join(at.folder, 'state.json'), '{"version":1,"inst');
    const third = await at.open();
    expect(third.events).toContainEqual(expect.objectContaining({ event: 'state-lost' }));
    await third.ask('apply', { specs: at.specs(allStay) });
    for (const { id, pid } of await third.reports()) expect(pid).toBe(pids.get(id));
    for (const name of ten) expect(at.starts(name)).toHaveLength(1);
  });

  it('leaves a stranger alone that got the pid of one of them', async () => {
    const at = await place();
    await makeFolders(at, ['main']);
    const fleet = await at.open();
    await fleet.ask('apply', { specs: at.specs({ main: STAYS }) });
    const { pid } = await fleet.report('zero/main');
    const file = path.join(at.folder, 'state.json');
    await waitFor('its stamp', async () =>
      /"pid":\d+,"stamp":"[^"]+","adopted"/.test(await readFile(file, 'utf8').catch(() => '')),
    );
    await fleet.kill();
    process.kill(pid as number, 'SIGKILL');
    await waitFor('its end', () => !isAlive(pid as number));
    const stranger = spawn('/bin/sleep', ['600'], { detached: true, stdio: 'ignore' });
    afterTest(async () => void stranger.kill('SIGKILL'));
    await writeFile(file, (await readFile(file, 'utf8')).replace(`"pid":${pid},`, `"pid":${stranger.pid},`));
    const next = await at.open();
    await next.ask('apply', { specs: at.specs({ main: STAYS }) });
    await waitFor('a new one', () => at.starts('main').length === 2);
    expect((await next.report('zero/main')).pid).toBe(at.starts('main')[1]);
    await next.ask('stop', { ids: ['zero/main'] });
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    expect(isAlive(stranger.pid as number)).toBe(true);
  });

  it('touches nothing when a newer Polygate wrote the state', async () => {
    const at = await place();
    await makeFolders(at, ['main']);
    const fleet = await at.open();
    await fleet.ask('apply', { specs: at.specs({ main: STAYS }) });
    await waitFor('it', () => at.starts('main').length === 1);
    await fleet.ask('close', { children: 'keep' });
    const file = path.join(at.folder, 'state.json');
    const text = (await readFile(file, 'utf8')).replace('"version":1', '"version":2');
    await writeFile(file, text);
    await expect(at.open()).rejects.toMatchObject({ code: 'SUPERVISOR_STATE_FUTURE' });
    expect(isAlive(at.starts('main')[0] as number)).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('keeps down what was stopped, and does not call it stopped when the supervisor alone ended', async () => {
    const at = await place();
    await makeFolders(at, ['a', 'b']);
    const programs = { a: STAYS, b: STAYS };
    const fleet = await at.open();
    await fleet.ask('apply', { specs: at.specs(programs) });
    await waitFor('both', () => at.starts('a').length + at.starts('b').length === 2);
    await fleet.ask('stop', { ids: ['zero/a'] });
    await fleet.ask('close', { children: 'stop' });
    await fleet.exited;
    const next = await at.open();
    await next.ask('apply', { specs: at.specs(programs) });
    await waitFor('b', () => at.starts('b').length === 2);
    expect(await next.report('zero/a')).toMatchObject({ state: 'down', wanted: { value: false } });
    expect(at.starts('a')).toHaveLength(1);
  });

  it('hands them over in good order too, and keeps no secret of theirs', async () => {
    const { at, fleet, pids } = await tenRunning();
    await fleet.ask('close', { children: 'keep' });
    await fleet.exited;
    const file = path.join(at.folder, 'state.json');
    expect(await readFile(file, 'utf8')).not.toContain('a-secret-token');
    expect([statSync(file).mode & 0o777, statSync(at.folder).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ supervisor: null });
    const next = await at.open();
    await next.ask('apply', { specs: at.specs(allStay) });
    for (const { id, pid } of await next.reports()) expect(pid).toBe(pids.get(id));
  });
});

describe.runIf(onLinux)('what the supervisor runs', () => {
  it('has an environment of its own, its output in a private file, and the last line in its death', async () => {
    const at = await place();
    await makeFolders(at, ['main']);
    const fleet = await at.open();
    const program = 'env; echo it broke: a-secret-token; echo; exit 3';
    await fleet.ask('apply', { specs: at.specs({ main: program }) });
    await fleet.until('zero/main', 'parked');
    const report = await waitFor('the last line', async () => {
      const now = await fleet.report('zero/main');
      return now.deaths.every(({ lastLine }) => lastLine !== null) && now;
    });
    expect(report).toMatchObject({ verdict: 'parked', reason: expect.stringMatching(/^it ended 4 times within 60 s/) });
    expect(report.deaths.at(-1)).toMatchObject({ code: 3, by: null, lastLine: 'it broke: ***' });
    const log = path.join(at.dir, 'main/logs/console.log');
    expect(statSync(log).mode & 0o777).toBe(0o600);
    const variables = new Set([...(await readFile(log, 'utf8')).matchAll(/^(\w+)=/gm)].map(([, name]) => name));
    expect([...variables].filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name as string)).sort()).toEqual([
      'OWN',
      'PATH',
      'POLYGATE_SUPERVISED',
      'POLYGATE_SUPERVISOR',
    ]);
  });

  it('is parked with the reason when its program is missing or may not be run', async () => {
    const at = await place();
    await makeFolders(at, ['missing', 'denied']);
    const denied = path.join(at.dir, 'denied/program');
    await writeFile(denied, '#!/bin/sh\n');
    await chmod(denied, 0o644);
    const fleet = await at.open();
    await fleet.ask('apply', { specs: at.specs({ missing: ['/no/such/program'], denied: [denied] }) });
    expect((await fleet.until('zero/missing', 'parked')).message).toMatch(
      /its program "\/no\/such\/program" is not there \(ENOENT\)/,
    );
    expect((await fleet.until('zero/denied', 'parked')).message).toMatch(/may not be run \(EACCES\)/);
  });

  it('is killed when it ignores its signal, with all that it started, and nobody waits for it', async () => {
    const at = await place();
    await makeFolders(at, ['deaf', 'good']);
    // One of its children has left its group.
    const deaf = `trap '' TERM; setsid sh -c 'echo $$ >> starts; exec sleep 600' & ${STAYS.replace('exec ', '')} & echo $$ >> starts; while :; do wait; done`;
    const fleet = await at.open();
    await fleet.ask('apply', { specs: at.specs({ deaf, good: STAYS }) });
    await waitFor('all', () => at.starts('deaf').length === 3 && at.starts('good').length === 1);
    await fleet.ask('stop', { ids: ['zero/deaf', 'zero/good'] });
    const order = fleet.events.filter(({ event }) => event === 'stopped').map(({ id }) => id);
    expect(order).toEqual(['zero/good', 'zero/deaf']);
    expect(fleet.events).toContainEqual(expect.objectContaining({ id: 'zero/deaf', message: 'did not end in time: killed' }));
    await waitFor('the end of all', () => at.starts('deaf').every((pid) => !isAlive(pid)));
    expect((await fleet.report('zero/deaf')).deaths.at(-1)).toMatchObject({ signal: 'SIGKILL', by: 'stop' });
  });

  it('leaves no grandchild behind that would keep its port', async () => {
    const at = await place();
    await makeFolders(at, ['main']);
    const listener = `require('net').createServer().listen(+process.argv[1], '127.0.0.1', () => require('fs').appendFileSync('bound', process.pid + '\\n'))`;
    const block = await claimPortBlock();
    afterTest(() => block.release());
    const port = block.first + 1;
    // The first two die and leave a grandchild in their group that listens; the third is the listener itself.
    const program = `echo $$ >> starts
      if [ $(wc -l < starts) -lt 3 ]; then "$NODE" -e "$LISTEN" ${port} & while [ "$(cat bound 2>/dev/null | wc -l)" -lt "$(wc -l < starts)" ]; do sleep 0.05; done; exit 1
      else exec "$NODE" -e "$LISTEN" ${port}; fi`;
    const env = { PATH: '/usr/bin:/bin', NODE: process.execPath, LISTEN: listener };
    const fleet = await at.open();
    await fleet.ask('apply', { specs: at.specs({ main: program }, { main: { env } }) });
    const bound = path.join(at.dir, 'main/bound');
    await waitFor('the third to listen', () => existsSync(bound) && readFileSync(bound, 'utf8').trim().split('\n').length === 3);
    expect(await fleet.report('zero/main')).toMatchObject({ state: 'ready', restarts: 2, pid: at.starts('main')[2] });
  });

  it('starts after what it depends on, and stops before it', async () => {
    const at = await place();
    await makeFolders(at, ['a', 'b', 'c']);
    const slow = `trap 'sleep 0.3; exit 0' TERM; echo $$ >> starts; while :; do sleep 0.05; done`;
    const fleet = await at.open();
    const specs = at.specs({ b: slow, a: STAYS, c: STAYS }, { b: { dependsOn: { 'zero/a': 'healthy' } } });
    await fleet.ask('apply', { specs });
    await waitFor('all', () => ['a', 'b', 'c'].every((name) => at.starts(name).length === 1));
    const started = fleet.events.filter(({ event }) => event === 'started').map(({ id }) => id);
    expect(started.indexOf('zero/a')).toBeLessThan(started.indexOf('zero/b'));
    await fleet.ask('stop', { ids: ['zero/a', 'zero/b', 'zero/c'] });
    const of = (event: string) => fleet.events.filter((e) => e.event === event).map(({ id }) => id);
    expect(of('stopping').sort()).toEqual(['zero/a', 'zero/b', 'zero/c']);
    const order = fleet.events
      .filter(({ event }) => ['stopping', 'stopped'].includes(event))
      .map(({ id, event }) => `${id} ${event}`);
    expect(order.indexOf('zero/b stopped')).toBeLessThan(order.indexOf('zero/a stopping'));
    expect(order.indexOf('zero/c stopping')).toBeLessThan(order.indexOf('zero/b stopped'));
    await expect(
      fleet.ask('apply', {
        specs: at.specs(
          { a: STAYS, b: STAYS },
          { a: { dependsOn: { 'zero/b': 'started' } }, b: { dependsOn: { 'zero/a': 'started' } } },
        ),
      }),
    ).rejects.toMatchObject({ code: 'DEPENDENCY_CYCLE' });
  });

  it('is restarted one after the other, until one does not come up; and anew when what it was started with changed', async () => {
    const at = await place();
    await makeFolders(at, ['a', 'b', 'c']);
    const fragile = `echo $$ >> starts; [ -e broken ] && exit 78; exec sleep 600`;
    const programs = { a: STAYS, b: fragile, c: STAYS };
    const fleet = await at.open();
    await fleet.ask('apply', { specs: at.specs(programs) });
    await waitFor('all', () => ['a', 'b', 'c'].every((name) => at.starts(name).length === 1));
    await writeFile(path.join(at.dir, 'b/broken'), '');
    const ids = ['zero/a', 'zero/b', 'zero/c'];
    // Without a probe it is ready as soon as it runs, so the failure shows a moment later.
    await fleet.ask('restart', { ids: ['zero/b'], rolling: false });
    await fleet.until('zero/b', 'parked');
    await rm(path.join(at.dir, 'b/broken'));
    await fleet.ask('start', { ids: ['zero/b'] });
    await fleet.ask('restart', { ids, rolling: true });
    const stops = fleet.events.filter(({ event }) => event === 'restarting').map(({ id }) => id);
    expect(stops.slice(1)).toEqual(ids);
    const before = await fleet.reports();
    const applied = await fleet.ask('apply', {
      specs: at.specs(programs, {
        a: { env: { PATH: '/usr/bin:/bin', OWN: '2' } },
        b: { stop: { signal: 'SIGINT', budgetMs: 2_000 } },
      }),
    });
    expect(applied).toEqual({ added: [], removed: [], restarted: ['zero/a'], adjusted: ['zero/b'] });
    await waitFor(
      'a new a',
      async () => (await fleet.report('zero/a')).pid !== before[0]?.pid && (await fleet.report('zero/a')).state === 'ready',
    );
    expect((await fleet.report('zero/b')).pid).toBe(before[1]?.pid);
    expect(await fleet.ask('apply', { specs: at.specs({ a: STAYS, b: fragile }) })).toMatchObject({ removed: ['zero/c'] });
    expect(isAlive(before[2]?.pid as number)).toBe(false);
  });
});
