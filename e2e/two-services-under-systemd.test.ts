import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Finished } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asPublished, finishedAsPublished } from './support/schemas.ts';
import { SystemdBox, whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const reason = whyNoBox();
let box: SystemdBox;

/** What it prints with --json must be as published. */
const zero = async (...args: string[]): Promise<Finished> =>
  finishedAsPublished(args, await box.exec([process.execPath, ZERO, ...args]));
interface Row {
  verdict: string;
  process: { pid: number } | null;
  service: { loaded: boolean; runtime: { status: string } };
  rpc?: { ok: boolean };
  siblings: { id: string; verdict: string; pid: number }[];
  lastError?: string;
}
const status = async (profile: string, ...args: string[]) =>
  (await zero('--profile', profile, 'gateway', 'status', '--json', ...args)).json<Row>();

async function untilVerdict(profile: string, verdict: string, timeoutMs = 20_000): Promise<Row> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const row = await status(profile);
    if (row.verdict === verdict) return row;
    if (Date.now() > end) throw new Error(`${profile} is ${row.verdict}, not ${verdict}: ${JSON.stringify(row, null, 2)}`);
    await delay(100);
  }
}

// Without a systemd to boot these are skipped, and the name says why.
describe.skipIf(reason !== undefined)(`two gateways as services of an ordinary account${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: false });
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('says exactly what to do when the account has no user manager and may not get one', async () => {
    // Under cron or sudo -u there is no session; root's manager is another one.
    await box.exec(
      [
        'sh',
        '-c',
        'printf "#!/bin/sh\\necho Could not enable linger: Access denied >&2; exit 1\\n" > /usr/local/bin/loginctl; chmod +x /usr/local/bin/loginctl',
      ],
      { as: 'root' },
    );
    const refused = await box.exec([process.execPath, ZERO, '--profile', 'main', 'gateway', 'install', '--json'], {
      session: 'bare',
    });
    const onboard = ['--profile', 'main', 'onboard', '--non-interactive', '--install-daemon', '--json'];
    const without = await box.exec([process.execPath, ZERO, ...onboard], { session: 'bare' });
    await box.exec(['rm', '/usr/local/bin/loginctl'], { as: 'root' });
    expect(refused.code).toBe(77);
    expect(refused.json()).toMatchObject({ error: { code: 'LINGER_DENIED', hint: 'sudo loginctl enable-linger tester' } });
    // Set up, and no service: a failure that says the same, in the shape of onboard.
    expect(without.code).toBe(77);
    const { error } = refused.json<{ error: object }>();
    expect(asPublished(without.json(), 'onboard')).toMatchObject({
      ok: false,
      error,
      result: 'unchanged',
      daemon: { ok: false, error },
    });
    expect((await box.exec(['ls', '/home/tester/.config/systemd/user'])).code).not.toBe(0);
  });

  it('installs both over a login session: lingering first, then the unit, then a process that answers', async () => {
    for (const profile of ['main', 'rescue']) {
      const onboard = await box.exec(
        [process.execPath, ZERO, '--profile', profile, 'onboard', '--non-interactive', '--install-daemon', '--json'],
        { session: 'login' },
      );
      expect(onboard.code, onboard.stdout + onboard.stderr).toBe(0);
      expect(asPublished(onboard.json(), 'onboard')).toMatchObject({
        ok: true,
        daemon: { ok: true, result: 'installed', service: { loaded: true, state: 'running' } },
      });
    }
    expect((await box.exec(['loginctl', 'show-user', 'tester', '-p', 'Linger', '--value'])).stdout.trim()).toBe('yes');
    const seen = await status('rescue', '--deep');
    expect(seen).toMatchObject({
      verdict: 'healthy',
      service: { loaded: true, runtime: { status: 'running' } },
      rpc: { ok: true },
    });
    expect(seen.siblings).toEqual([expect.objectContaining({ id: 'zero/main', verdict: 'healthy' })]);
  });

  it('writes a unit that systemd has nothing to say about, readable by all because it holds no secret', async () => {
    const unit = '/home/tester/.config/systemd/user/zero-gateway-rescue.service';
    const text = (await box.exec(['cat', unit])).stdout;
    const config = JSON.parse((await box.exec(['cat', '/home/tester/.zero-rescue/zero.json'])).stdout) as {
      gateway: { auth: { token: string } };
    };
    expect(text).not.toContain(config.gateway.auth.token);
    expect((await box.exec(['stat', '-c', '%a', unit])).stdout.trim()).toBe('644');
    expect((await box.exec(['stat', '-c', '%a', '/home/tester/.zero-rescue/zero.json'])).stdout.trim()).toBe('600');
    const verify = await box.exec(['systemd-analyze', '--user', 'verify', '--recursive-errors=no', '--man=no', unit]);
    expect(verify).toMatchObject({ code: 0, stderr: '' });
  });

  it('does nothing and says so when installed again, and restarts nothing', async () => {
    const { process } = await status('rescue');
    const again = await zero('--profile', 'rescue', 'gateway', 'install', '--json');
    expect(again.code).toBe(0);
    expect(again.json()).toMatchObject({
      ok: true,
      result: 'already-installed',
      drift: false,
      message: expect.stringContaining('up to date'),
    });
    expect((await status('rescue')).process?.pid).toBe(process?.pid);
  });

  it('tells what differs, leaves it alone without --force, and replaces it with --force', async () => {
    const before = await status('rescue');
    const drifted = await zero('--profile', 'rescue', 'gateway', 'install', '--port', '20789', '--json');
    expect(drifted.json()).toMatchObject({
      result: 'already-installed',
      drift: true,
      differences: [{ field: 'command' }, { field: 'environment ZERO_GATEWAY_PORT', wanted: '20789' }],
    });
    expect((await status('rescue')).process?.pid).toBe(before.process?.pid);
    const forced = await zero('--profile', 'rescue', 'gateway', 'install', '--port', '20789', '--force', '--json');
    expect(forced.json()).toMatchObject({ ok: true, result: 'installed' });
    const after = await status('rescue');
    expect(after).toMatchObject({ verdict: 'healthy', gateway: { port: 20_789 } });
    expect(after.process?.pid).not.toBe(before.process?.pid);
  });

  it('brings one back that is killed, and leaves the other alone', async () => {
    const [main, rescue] = [await status('main'), await status('rescue')];
    await box.exec(['kill', '-9', String(rescue.process?.pid)]);
    await delay(300);
    const back = await untilVerdict('rescue', 'healthy');
    expect(back.process?.pid).not.toBe(rescue.process?.pid);
    expect((await status('main')).process?.pid).toBe(main.process?.pid);
  });

  it('brings both back after power off and on', async () => {
    await box.powerCycle();
    expect(await untilVerdict('main', 'healthy')).toMatchObject({ service: { loaded: true } });
    expect(await untilVerdict('rescue', 'healthy')).toMatchObject({ service: { loaded: true } });
  }, 120_000);

  it('stops, starts and restarts, each twice with the same result', async () => {
    for (let round = 0; round < 2; round += 1) {
      const stop = await zero('--profile', 'rescue', 'gateway', 'stop', '--json');
      expect([stop.code, stop.json<{ result: string }>().result]).toEqual([0, round === 0 ? 'stopped' : 'not-loaded']);
    }
    expect(await status('rescue')).toMatchObject({ verdict: 'stopped', exitCode: 3, process: null });
    for (let round = 0; round < 2; round += 1) {
      const start = await zero('--profile', 'rescue', 'gateway', 'start', '--json');
      expect(start.json()).toMatchObject({ ok: true, result: 'started' });
    }
    const before = await status('rescue');
    for (let round = 0; round < 2; round += 1) {
      expect((await zero('--profile', 'rescue', 'gateway', 'restart', '--json')).json()).toMatchObject({
        ok: true,
        result: 'restarted',
      });
    }
    expect((await status('rescue')).process?.pid).not.toBe(before.process?.pid);
  });

  it('gives the last error line when the service cannot run, with the exit code of what is wrong', async () => {
    await box.exec([
      'sh',
      '-c',
      'cp ~/.zero-rescue/zero.json ~/saved.json; rm -r ~/.zero-rescue/config-history; echo "{ gateway: { mode: \\"remote\\" } }" > ~/.zero-rescue/zero.json',
    ]);
    const restart = await zero('--profile', 'rescue', 'gateway', 'restart', '--json');
    expect(restart.code).toBe(69);
    expect(restart.json()).toMatchObject({ error: { code: 'SERVICE_NOT_HEALTHY', details: { verdict: 'parked' } } });
    const seen = await zero('--profile', 'rescue', 'gateway', 'status', '--json');
    expect(seen.code).toBe(78);
    expect(seen.json<Row>().lastError).toContain('gateway.mode is "remote"');
    await box.exec(['sh', '-c', 'cp ~/saved.json ~/.zero-rescue/zero.json']);
    expect((await zero('--profile', 'rescue', 'gateway', 'start', '--json')).json()).toMatchObject({ ok: true });
  });

  it('uninstalls one, twice, and leaves the other and all state', async () => {
    const main = await status('main');
    for (let round = 0; round < 2; round += 1) {
      const gone = await zero('--profile', 'rescue', 'gateway', 'uninstall', '--json');
      expect(gone.code).toBe(0);
      expect(gone.json()).toMatchObject({
        ok: true,
        result: 'uninstalled',
        kept: ['/home/tester/.zero-rescue', '/home/tester/zero-rescue'],
      });
    }
    expect((await status('rescue')).verdict).toBe('not-installed');
    expect((await box.exec(['ls', '/home/tester/.config/systemd/user/default.target.wants'])).stdout.trim()).toBe(
      'zero-gateway-main.service',
    );
    expect((await box.exec(['test', '-f', '/home/tester/.zero-rescue/zero.json'])).code).toBe(0);
    expect((await status('main')).process?.pid).toBe(main.process?.pid);
    expect((await zero('--profile', 'rescue', 'gateway', 'start', '--json')).code).toBe(3);
  });

  it('keeps a secret that came from the environment in a file of its own, and out of everything else', async () => {
    const canary = 'canary-token-9f2c1d';
    const env = { ZERO_GATEWAY_TOKEN: canary };
    await box.exec([process.execPath, ZERO, '--profile', 'vault', 'setup'], { env });
    const install = await box.exec([process.execPath, ZERO, '--profile', 'vault', 'gateway', 'install', '--json'], { env });
    expect(install.json()).toMatchObject({ ok: true });
    expect((await box.exec(['stat', '-c', '%a', '/home/tester/.zero-vault/service.env'])).stdout.trim()).toBe('600');
    expect((await box.exec(['cat', '/home/tester/.zero-vault/service.env'])).stdout).toBe(`ZERO_GATEWAY_TOKEN="${canary}"\n`);
    const places = await box.exec([
      'sh',
      '-c',
      'cat ~/.config/systemd/user/*; systemctl --user show zero-gateway-vault; journalctl --user -n 200; ps axww; cat ~/.zero-vault/logs/*',
    ]);
    expect(places.stdout + install.stdout + install.stderr).not.toContain(canary);
    const withSecret = await box.exec([process.execPath, ZERO, '--profile', 'vault', 'gateway', 'status', '--json'], { env });
    expect(withSecret.json()).toMatchObject({ verdict: 'healthy' });
    expect(withSecret.stdout).not.toContain(canary);
  });

  it('shows a dry run that changes nothing', async () => {
    const dry = await zero('--profile', 'dry', 'gateway', 'install', '--dry-run', '--json');
    expect(dry.json()).toMatchObject({
      ok: true,
      plan: {
        files: [
          {
            path: '/home/tester/.config/systemd/user/zero-gateway-dry.service',
            mode: '0644',
            content: expect.stringContaining('ExecStart='),
          },
        ],
        commands: [
          ['systemctl', '--user', 'daemon-reload'],
          ['systemctl', '--user', 'enable', 'zero-gateway-dry.service'],
          ['systemctl', '--user', 'restart', 'zero-gateway-dry.service'],
        ],
      },
    });
    expect((await box.exec(['ls', '-a', '/home/tester'])).stdout).not.toContain('.zero-dry');
  });
});
