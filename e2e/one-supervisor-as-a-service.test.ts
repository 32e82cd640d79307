import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Finished, unless } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedAsPublished } from './support/schemas.ts';
import { SystemdBox, whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const POLYGATE = path.join(ROOT, 'packages/cli/bin/polygate.cjs');
const reason = whyNoBox();
let box: SystemdBox;

interface Ps {
  supervisor: { pid: number } | null;
  instances: { id: string; pid: number | null; verdict: string; supervised: { restarts: number } }[];
}

const polygate = async (...args: string[]): Promise<Finished> =>
  finishedAsPublished(args, await box.exec([process.execPath, POLYGATE, ...args]));
const systemctl = (...args: string[]) => box.exec(['systemctl', '--user', ...args]);
const show = async (...names: string[]) => {
  const { stdout } = await systemctl('show', 'polygate', '-p', names.join(','));
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s) as [string, string]),
  );
};
const ps = async () => (await polygate('ps', '--json')).json<Ps>();
const pids = ({ instances }: Ps) => instances.map(({ id, pid }) => `${id} ${pid}`);

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; ; ) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(seen, null, 2)}`);
    await delay(100);
  }
}
const noCron = existsSync('/usr/sbin/cron') ? undefined : 'cron is not installed';
/** That of the box's account. */
const crontab = async () => (await box.exec(['crontab', '-l'])).stdout;
const BOOT_LINE = /^@reboot .* up --detach --installed >\/dev\/null # polygate: .*\n$/;

const allHealthy = ({ supervisor, instances }: Ps) =>
  supervisor !== null && instances.length === 2 && instances.every(({ verdict }) => verdict === 'healthy');

describe.skipIf(reason !== undefined)(`the supervisor as a service of systemd${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: false });
    for (const profile of ['one', 'two', 'own']) await polygate('--profile', profile, 'setup');
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('is installed for all profiles, and says which of them has a service of its own', async () => {
    const login = (...args: string[]) => box.exec([process.execPath, POLYGATE, ...args], { session: 'login' });
    expect((await login('--profile', 'own', 'gateway', 'install')).code).toBe(0);
    const installed = await login('supervisor', 'install', '--json');
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    const { hints, ...change } = installed.json<{ hints: string[]; pid: number }>();
    expect(change).toMatchObject({
      ...{ action: 'install', result: 'installed' },
      service: { name: 'polygate', manager: 'systemd-user', loaded: true, state: 'running' },
    });
    expect(hints).toEqual(['Not looked after: zero/own: the service zero-gateway-own runs it']);
    expect((await box.exec(['loginctl', 'show-user', 'tester', '-p', 'Linger', '--value'])).stdout.trim()).toBe('yes');
    const seen = await until(ps, allHealthy);
    expect(seen.supervisor?.pid).toBe(change.pid);
    expect(
      await until(
        () => show('Type', 'KillMode', 'MainPID', 'StatusText'),
        ({ StatusText }) => StatusText === '2 of 2 ready',
      ),
    ).toMatchObject({
      ...{ Type: 'notify', KillMode: 'process', MainPID: String(change.pid) },
    });
    expect((await polygate('supervisor', 'install', '--json')).json()).toMatchObject({
      result: 'already-installed',
      drift: false,
    });
  }, 90_000);

  it('is started again when it is killed, and finds its gateways as they were', async () => {
    const before = await until(ps, allHealthy);
    await box.exec(['kill', '-KILL', String(before.supervisor?.pid)]);
    const after = await until(ps, (seen) => allHealthy(seen) && seen.supervisor?.pid !== before.supervisor?.pid);
    expect(pids(after)).toEqual(pids(before));
    expect(after.instances.map(({ supervised }) => supervised.restarts)).toEqual([0, 0]);
    expect((await show('NRestarts', 'ActiveState')).NRestarts).toBe('1');
  }, 90_000);

  it('tells systemd that it reloads, and that it is ready again, when its settings are read anew', async () => {
    const before = await show('MainPID', 'ActiveState', 'StateChangeTimestampMonotonic');
    const settings = '/home/tester/.config/polygate/instances/zero/one.json';
    await box.exec(['sed', '-i', 's/^{/{"stop":{"timeoutSeconds":9},/', settings]);
    const reloaded = await polygate('supervisor', 'reload', '--json');
    expect(reloaded.code, reloaded.stdout + reloaded.stderr).toBe(0);
    const after = await show('MainPID', 'ActiveState', 'StateChangeTimestampMonotonic');
    expect(after).toMatchObject({ MainPID: before.MainPID, ActiveState: 'active' });
    // It was in another state in between (reloading), and systemd changes that only on what the service says.
    expect(Number(after.StateChangeTimestampMonotonic)).toBeGreaterThan(Number(before.StateChangeTimestampMonotonic));
  }, 90_000);

  it('is renewed by systemctl reload: another main process, the same gateways', async () => {
    const before = await until(ps, allHealthy);
    // New code, as far as the command can tell.
    await box.exec([
      'sh',
      '-c',
      `sed -i 's/supervisor reload$/supervisor reload --renew/' /home/tester/.config/systemd/user/polygate.service`,
    ]);
    await systemctl('daemon-reload');
    const { code, stderr } = await systemctl('reload', 'polygate');
    expect(code, stderr).toBe(0);
    const after = await until(ps, allHealthy);
    expect(after.supervisor?.pid).not.toBe(before.supervisor?.pid);
    expect(pids(after)).toEqual(pids(before));
    expect(await show('MainPID', 'ActiveState', 'NRestarts')).toEqual({
      ...{ MainPID: String(after.supervisor?.pid), ActiveState: 'active', NRestarts: '1' },
    });
    // systemd watches over the new one as it did over the old.
    await box.exec(['kill', '-KILL', String(after.supervisor?.pid)]);
    const again = await until(ps, (seen) => allHealthy(seen) && seen.supervisor?.pid !== after.supervisor?.pid);
    expect(pids(again)).toEqual(pids(before));
  }, 90_000);

  it('comes back with the machine', async () => {
    await box.reboot();
    const after = await until(ps, allHealthy);
    expect((await show('MainPID')).MainPID).toBe(String(after.supervisor?.pid));
  }, 120_000);

  it('stops what it runs in good order when it is stopped, and what has a service of its own goes on', async () => {
    const before = await until(ps, allHealthy);
    expect((await systemctl('stop', 'polygate')).code).toBe(0);
    for (const { pid } of before.instances) expect((await box.exec(['kill', '-0', String(pid)])).code).not.toBe(0);
    expect(await show('ActiveState', 'Result')).toEqual({ ActiveState: 'inactive', Result: 'success' });
    expect((await polygate('--profile', 'own', 'gateway', 'status', '--json')).json()).toMatchObject({ verdict: 'healthy' });
    await systemctl('start', 'polygate');
    await until(ps, allHealthy);
  }, 90_000);

  it('is uninstalled with what it runs, and the instances stay', async () => {
    const before = await until(ps, allHealthy);
    const gone = (await polygate('supervisor', 'uninstall', '--json')).json();
    expect(gone).toMatchObject({ action: 'uninstall', result: 'uninstalled', service: { loaded: false, state: 'stopped' } });
    for (const { pid } of before.instances) expect((await box.exec(['kill', '-0', String(pid)])).code).not.toBe(0);
    expect((await box.exec(['ls', '/home/tester/.config/systemd/user/polygate.service'])).code).not.toBe(0);
    expect((await polygate('--profile', 'one', 'gateway', 'status', '--json')).json()).toMatchObject({
      verdict: 'not-installed',
    });
    expect((await polygate('supervisor', 'uninstall')).stdout).toContain('not installed; nothing to do');
  }, 90_000);

  it.skipIf(noCron)(
    unless(noCron, 'and cron start things with the machine one at a time: the service takes the line out, and puts it back'),
    async () => {
      const builtin = ['gateway', 'install', '--manager', 'builtin', '--json'];
      expect((await polygate('--profile', 'one', ...builtin)).json()).toMatchObject({ result: 'installed' });
      expect(await crontab()).toMatch(BOOT_LINE);
      // One that a person started goes on until that person ends it.
      expect((await polygate('supervisor', 'install', '--json')).json()).toMatchObject({ error: { code: 'SUPERVISOR_RUNNING' } });
      await polygate('supervisor', 'stop', '--keep');
      const installed = await polygate('supervisor', 'install', '--json');
      expect(installed.json().hints).toContain(
        'Taken out of the crontab: the @reboot line of polygate. This service does its work.',
      );
      expect(await crontab()).toBe('');
      await until(ps, allHealthy);
      expect((await polygate('--profile', 'two', ...builtin)).json()).toMatchObject({
        result: 'installed',
        service: { loaded: true },
      });
      expect(await crontab()).toBe('');
      const gone = await polygate('supervisor', 'uninstall', '--json');
      expect(gone.json().hints).toContain('The services of Polygate itself are started with the machine by cron again.');
      expect(await crontab()).toMatch(BOOT_LINE);
    },
    120_000,
  );

  it.skipIf(noCron)(
    unless(noCron, 'is not needed where cron runs: that starts with the machine what is installed under Polygate itself'),
    async () => {
      expect((await box.exec(['systemctl', 'enable', 'cron'], { as: 'root' })).code).toBe(0);
      await box.reboot();
      const { supervisor, instances } = await until(ps, allHealthy);
      expect(instances.map(({ id }) => id).sort()).toEqual(['zero/one', 'zero/two']);
      const { stdout } = await box.exec(['ps', '-o', 'args=', '-p', String(supervisor?.pid)]);
      expect(stdout).toMatch(/ up zero\/(one|two) zero\/(one|two) --json/);
      await polygate('supervisor', 'stop', '--keep');
    },
    120_000,
  );

  it('is a service of the system with --system, for an account, once root asks', async () => {
    expect((await polygate('supervisor', 'install', '--system', '--json')).json()).toMatchObject({
      error: { code: 'ROOT_NEEDED', hint: expect.stringContaining('supervisor install --system --user-name tester') },
    });
    const asRoot = (...args: string[]) => box.exec([process.execPath, POLYGATE, ...args], { as: 'root' });
    const installed = await asRoot('supervisor', 'install', '--system', '--user-name', 'tester', '--json');
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    const { instances } = await until(ps, allHealthy);
    const { stdout } = await box.exec(['ps', '-o', 'user=', '-p', String(instances[0]?.pid)]);
    expect(stdout.trim()).toBe('tester');
    expect(await crontab()).toBe('');
    expect((await asRoot('supervisor', 'uninstall', '--system', '--user-name', 'tester')).code).toBe(0);
    expect((await box.exec(['ls', '/etc/systemd/system/polygate.service'])).code).not.toBe(0);
    if (!noCron) expect(await crontab()).toMatch(BOOT_LINE);
  }, 120_000);
});
