import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Finished } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedAsPublished } from './support/schemas.ts';
import { SystemdBox, whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const reason = whyNoBox();
let box: SystemdBox;

const zero = async (...args: string[]): Promise<Finished> =>
  finishedAsPublished(args, await box.exec([process.execPath, ZERO, '--profile', 'g', ...args]));
const show = async (...names: string[]) => {
  const { stdout } = await box.exec(['systemctl', '--user', 'show', 'zero-gateway-g', '-p', names.join(',')]);
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s) as [string, string]),
  );
};
/** The gateway itself: the child of the guard. */
const gatewayPid = async () => {
  const { MainPID } = await show('MainPID');
  const { stdout } = await box.exec(['pgrep', '-P', MainPID ?? '', '-f', 'gateway run']);
  return Number(stdout.trim().split('\n')[0]);
};

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; ; ) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(seen)}`);
    await delay(100);
  }
}

describe.skipIf(reason !== undefined)(
  `a program behind the guard, as a service of systemd${reason ? ` [${reason}]` : ''}`,
  () => {
    beforeAll(async () => {
      box = await SystemdBox.up({ linger: true });
    }, 120_000);
    afterAll(() => box?.down(), 120_000);

    it('is installed with a program that knows nothing of systemd, and is ready when that answers', async () => {
      const program = `${process.execPath} ${ZERO} --product zero --profile g gateway run`;
      expect((await zero('setup', '--program', program)).code).toBe(0);
      const probes = { liveness: { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2 }, readiness: { periodSeconds: 1 } };
      const file = '/home/tester/.config/polygate/instances/zero/g.json';
      const { stdout } = await box.exec(['cat', file]);
      await box.exec(['tee', file], { input: JSON.stringify({ ...JSON.parse(stdout), probes, stop: { timeoutSeconds: 2 } }) });
      const installed = await zero('gateway', 'install', '--guard', '--json');
      expect(installed.json()).toMatchObject({ ok: true, result: 'installed', service: { state: 'running' } });
      const seen = await until(
        () => show('Type', 'StatusText', 'WatchdogUSec', 'ActiveState'),
        ({ StatusText = '' }) => /healthy/.test(StatusText),
      );
      expect(seen).toMatchObject({ Type: 'notify', ActiveState: 'active', WatchdogUSec: '1min' });
      expect(seen.StatusText).toMatch(new RegExp(`^healthy, pid ${await gatewayPid()}$`));
      // That it was asked for is kept: nothing has drifted.
      expect((await zero('gateway', 'install', '--json')).json()).toMatchObject({ result: 'already-installed', drift: false });
      expect((await zero('gateway', 'status', '--json')).json()).toMatchObject({ verdict: 'healthy' });
    }, 90_000);

    it('is started again when it hangs, while the guard goes on', async () => {
      const { MainPID: guard } = await show('MainPID');
      const hung = await gatewayPid();
      await box.exec(['kill', '-STOP', String(hung)]);
      const status = await until(
        () => show('StatusText', 'MainPID', 'NRestarts'),
        ({ StatusText = '' }) => /^healthy, pid \d+, restarted 1 times$/.test(StatusText),
      );
      expect(status).toMatchObject({ MainPID: guard, NRestarts: '0' });
      const now = await gatewayPid();
      expect(now).not.toBe(hung);
      expect((await box.exec(['kill', '-0', String(hung)])).code).not.toBe(0);
    }, 90_000);

    it('is taken along by a guard that is killed, and comes back with the next one', async () => {
      const { MainPID: guard = '' } = await show('MainPID');
      const old = await gatewayPid();
      await box.exec(['kill', '-KILL', guard]);
      await until(
        () => show('MainPID', 'StatusText', 'NRestarts'),
        ({ MainPID, StatusText = '', NRestarts }) => MainPID !== guard && NRestarts === '1' && /^healthy/.test(StatusText),
      );
      expect((await box.exec(['kill', '-0', String(old)])).code).not.toBe(0);
    }, 90_000);

    it('is ended and started by its watchdog when the guard itself hangs', async () => {
      const dropIn = '/home/tester/.config/systemd/user/zero-gateway-g.service.d';
      await box.exec(['mkdir', '-p', dropIn]);
      await box.exec(['tee', `${dropIn}/watchdog.conf`], { input: '[Service]\nWatchdogSec=3\n' });
      await box.exec(['systemctl', '--user', 'daemon-reload']);
      await box.exec(['systemctl', '--user', 'restart', 'zero-gateway-g']);
      const { MainPID: guard = '', NRestarts } = await until(
        () => show('MainPID', 'StatusText', 'NRestarts'),
        ({ StatusText = '' }) => /^healthy/.test(StatusText),
      );
      // Signs come as they should: it lives longer than the watchdog waits.
      await delay(4_000);
      expect((await show('MainPID')).MainPID).toBe(guard);
      await box.exec(['kill', '-STOP', guard]);
      await until(
        () => show('MainPID', 'StatusText', 'NRestarts'),
        ({ MainPID, StatusText = '', NRestarts: now }) =>
          // Between two starts there is none, and the text is still that of the one before.
          ![guard, '0'].includes(MainPID ?? '0') && Number(now) > Number(NRestarts) && /^healthy/.test(StatusText),
      );
    }, 90_000);

    it('ends with 78 when it does, and is left down', async () => {
      await box.exec([
        'sh',
        '-c', // With nothing to go back to: a gateway that was well before would heal itself.
        `rm -r /home/tester/.zero-g/config-history; sed -i 's/"local"/"remote"/' /home/tester/.zero-g/zero.json`,
      ]);
      const { MainPID: guard } = await show('MainPID');
      await box.exec(['kill', '-TERM', String(await gatewayPid())]);
      const ended = await until(
        () => show('ActiveState', 'ExecMainStatus', 'MainPID'),
        ({ ActiveState }) => ActiveState === 'failed',
      );
      expect(ended).toMatchObject({ ExecMainStatus: '78', MainPID: '0' });
      expect(guard).not.toBe('0');
      expect((await zero('gateway', 'status', '--json')).json()).toMatchObject({ verdict: 'parked', exitCode: 78 });
    }, 90_000);
  },
);
