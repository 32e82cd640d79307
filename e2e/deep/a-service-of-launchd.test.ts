import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { type Mac, newMac, whyNoLaunchd } from '../support/launchd.ts';
import { fixtureProgram } from '../support/programs.ts';

const whyNot = whyNoLaunchd();
/** A story is a dozen commands and as many processes of launchd. */
const LONG_MS = 180_000;
const LABEL = 'com.zero.rescue';
const RESCUE = ['--profile', 'rescue'];

interface Row {
  verdict: string;
  exitCode: number;
  reason: string;
  process: { pid: number } | null;
  service: { loaded: boolean };
}
const rescue = (mac: Mac, ...args: string[]) => mac.zero(...RESCUE, 'gateway', ...args, '--json');
const status = async (mac: Mac) => (await rescue(mac, 'status')).json<Row>();
const print = async (mac: Mac, label = LABEL, domain = 'gui/501') => (await mac.launchctl('print', `${domain}/${label}`)).stdout;
const runs = async (mac: Mac) => Number(/^\truns = (\d+)$/m.exec(await print(mac))?.[1]);
const pidOf = async (mac: Mac, label = LABEL, domain = 'gui/501') =>
  Number(/^\tpid = (\d+)$/m.exec(await print(mac, label, domain))?.[1]);

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; ; ) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(seen, null, 2)}`);
    await delay(50);
  }
}

describe('a service that launchd would start for ever', () => {
  it.skipIf(whyNot !== undefined)(
    unless(whyNot, 'runs from its install to its uninstall, ends for good with a fatal configuration alone, and leaves nothing'),
    async () => {
      const mac = await newMac();
      mac.env.ZERO_GATEWAY_TOKEN = 'a-secret-of-the-environment-0123456789';
      await mac.zero(...RESCUE, 'setup');
      const installed = await rescue(mac, 'install');
      expect(installed, installed.stderr).toMatchObject({ code: 0 });
      const service = { label: 'LaunchAgent', loaded: true, name: LABEL, manager: 'launchd-agent', state: 'running' };
      expect(installed.json()).toMatchObject({ result: 'installed', service });
      expect((await rescue(mac, 'install')).json()).toMatchObject({ ok: true, result: 'already-installed', drift: false });
      // launchd knows no file with secrets: the gateway has read it.
      expect(readFileSync(mac.agent(LABEL), 'utf8')).not.toContain('a-secret');
      expect(readFileSync(mac.at('.zero-rescue/service.env'), 'utf8')).toContain('a-secret');
      expect(await status(mac)).toMatchObject({ verdict: 'healthy', service: { loaded: true, runtime: { status: 'running' } } });

      expect((await rescue(mac, 'stop')).json()).toMatchObject({ ok: true, result: 'stopped', service: { loaded: false } });
      expect((await mac.launchctl('print', `gui/501/${LABEL}`)).code).toBe(113);
      expect(await status(mac)).toMatchObject({ verdict: 'stopped', exitCode: 3, service: { loaded: false } });
      expect((await rescue(mac, 'start')).json()).toMatchObject({ ok: true, result: 'started' });

      // Asked to end by anybody but launchd, and killed.
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const before = await pidOf(mac);
        process.kill(before, signal);
        await until(
          () => pidOf(mac),
          (pid) => pid > 0 && pid !== before,
        );
      }
      await until(
        () => status(mac),
        ({ verdict }) => verdict === 'healthy',
      );

      rmSync(mac.at('.zero-rescue/config-history'), { recursive: true });
      const config = mac.at('.zero-rescue/zero.json');
      const good = readFileSync(config, 'utf8');
      writeFileSync(config, '{ broken');
      expect((await rescue(mac, 'restart')).code).toBe(69);
      const began = await runs(mac);
      const parked = await status(mac);
      expect(parked).toMatchObject({ verdict: 'parked', exitCode: 78, process: null });
      expect(parked.reason).toContain('is not valid JSON5');
      expect(await print(mac)).toMatch(/\n\tstate = not running\n[\s\S]*\n\tlast exit code = 0\n/);
      // It stays down, for longer than launchd waits between two starts.
      await delay(600);
      expect(await runs(mac)).toBe(began);

      writeFileSync(config, good);
      expect((await rescue(mac, 'restart')).json()).toMatchObject({ ok: true, result: 'restarted' });
      expect(existsSync(mac.at('.zero-rescue/parked.json'))).toBe(false);

      const removed = await rescue(mac, 'uninstall');
      expect(removed.json(), removed.stderr).toMatchObject({ ok: true, result: 'uninstalled', service: { loaded: false } });
      for (const file of [mac.agent(LABEL), mac.at('.zero-rescue/service.env')]) expect(existsSync(file)).toBe(false);
      expect((await mac.launchctl('print', `gui/501/${LABEL}`)).code).toBe(113);
      expect((await rescue(mac, 'uninstall')).json()).toMatchObject({ ok: true, result: 'uninstalled' });
    },
    LONG_MS,
  );

  it.skipIf(whyNot !== undefined)(
    unless(whyNot, 'is replaced once the old one is gone, or put back'),
    async () => {
      // Everybody is slow here: the job stays known for a while after its process is gone.
      const mac = await newMac({ lateMs: 1500, drainCode: 37 });
      await mac.zero(...RESCUE, 'setup');
      expect((await rescue(mac, 'install')).code).toBe(0);
      const file = mac.agent(LABEL);
      writeFileSync(file, readFileSync(file, 'utf8').replace('<integer>10</integer>', '<integer>1</integer>'));
      expect((await rescue(mac, 'install')).json()).toMatchObject({ result: 'already-installed', drift: true });
      expect((await rescue(mac, 'install', '--check')).code).toBe(1);
      const found = (await mac.zero(...RESCUE, 'doctor', '--json')).json<{ findings: { code: string }[] }>().findings;
      expect(found.map(({ code }) => code)).toEqual(expect.arrayContaining(['gateway-definition-drift', 'launchd-throttle']));
      const before = await pidOf(mac);
      const replaced = await rescue(mac, 'install', '--force');
      expect(replaced.json(), replaced.stderr).toMatchObject({
        result: 'installed',
        differences: [{ field: 'ThrottleInterval' }],
      });
      expect(await pidOf(mac)).not.toBe(before);

      // What is not Polygate's own is behind the guard, which ends for it; and what does not come up leaves everything as it was.
      const program = ['--program', fixtureProgram('exits-78.sh').join(' ')];
      const refused = await rescue(mac, 'install', '--force', ...program, '--no-guard');
      expect(refused.json()).toMatchObject({ error: { code: 'OPTION_INVALID' } });
      const planned = (await rescue(mac, 'install', '--force', ...program, '--dry-run')).json<{
        plan: { files: { content: string }[] };
      }>();
      expect(planned.plan.files.map(({ content }) => content).join('')).toContain('<string>guard</string>');
      const was = readFileSync(file, 'utf8');
      const failed = await rescue(mac, 'install', '--force', ...program);
      expect(failed.json()).toMatchObject({ error: { code: 'SERVICE_NOT_HEALTHY', details: { verdict: 'parked' } } });
      expect(readFileSync(file, 'utf8')).toBe(was);
      await until(
        () => status(mac),
        ({ verdict }) => verdict === 'healthy',
      );
    },
    LONG_MS,
  );
});

describe('where nobody is logged in at the screen', () => {
  it.skipIf(whyNot !== undefined)(
    unless(whyNot, 'a service is for any login, until somebody is'),
    async () => {
      const mac = await newMac({ gui: false });
      await mac.zero(...RESCUE, 'setup');
      const installed = await rescue(mac, 'install');
      expect(installed.json<{ warnings: string[] }>().warnings.join()).toContain('does not start at boot');
      expect(await pidOf(mac, LABEL, 'user/501')).toBeGreaterThan(0);
      expect(await status(mac)).toMatchObject({ verdict: 'healthy' });
      await mac.set({ gui: true });
      expect(await status(mac)).toMatchObject({ verdict: 'healthy' });
      // It goes on where it is; with force it becomes one for the screen, and is in one place alone.
      expect((await rescue(mac, 'install')).json()).toMatchObject({ result: 'already-installed', drift: false });
      expect((await rescue(mac, 'install', '--force')).json()).toMatchObject({
        result: 'installed',
        differences: [{ field: 'LimitLoadToSessionType' }],
      });
      expect((await mac.launchctl('print', `user/501/${LABEL}`)).code).toBe(113);
      expect(await pidOf(mac)).toBeGreaterThan(0);
    },
    LONG_MS,
  );
});
