import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const HOME = '/home/tester';
const UNITS = `${HOME}/.config/systemd/user`;
const reason = whyNoBox();
let box: SystemdBox;

type How = Parameters<SystemdBox['exec']>[1];
interface Row {
  verdict: string;
  reason: string;
  lastError?: string;
  process: { pid: number } | null;
  gateway: { port: number };
}
interface Report {
  findings: { code: string; message: string; fix: string }[];
  repairs?: { repair: string; ok: boolean; message: string }[];
}
const zeroAs = (how: How, profile: string, ...args: string[]) =>
  box.exec([process.execPath, ZERO, '--profile', profile, ...args, '--json'], how);
const zero = (profile: string, ...args: string[]) => zeroAs({}, profile, ...args);
const ran = async (script: string, how: How = {}) => {
  const { code, stdout, stderr } = await box.exec(['sh', '-ec', script], how);
  expect(code, `${script}\n${stdout}${stderr}`).toBe(0);
  return stdout;
};
const root = (script: string) => ran(script, { as: 'root' });
const status = async (profile: string, how: How = {}) => (await zeroAs(how, profile, 'gateway', 'status')).json<Row>();
const healthy = (profile: string) =>
  expect.poll(() => status(profile), { timeout: 30_000, interval: 200 }).toMatchObject({ verdict: 'healthy' });
const unitOf = (profile: string) => `zero-gateway-${profile}.service`;
const dropIn = (profile: string, text: string) =>
  box.exec(
    [
      'sh',
      '-ec',
      `mkdir -p ${UNITS}/${unitOf(profile)}.d; cat > ${UNITS}/${unitOf(profile)}.d/own.conf; systemctl --user daemon-reload`,
    ],
    {
      input: text,
    },
  );
const noDropIn = (profile: string) => ran(`rm -r ${UNITS}/${unitOf(profile)}.d; systemctl --user daemon-reload`);
/** Every file and link that systemd and Polygate keep of services, with modes and content. */
const written = () =>
  ran(
    `cd ${HOME}; find .config/systemd .config/polygate -type f -exec stat -c '%n %a %U' {} + -exec cat {} + -o -type l -printf '%p -> %l\\n' | sort; ls -d .zero-*/service.env 2>/dev/null || true`,
  );

describe.skipIf(reason !== undefined)(`a service that goes wrong under systemd${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: true });
    const installed = await zero('rescue', 'gateway', 'install');
    expect(installed.json(), installed.stdout).toMatchObject({ ok: true, result: 'installed' });
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('is ended by the manager of the account when it hangs, and started again', async () => {
    await dropIn('rescue', '[Service]\nWatchdogSec=2\n');
    expect((await zero('rescue', 'gateway', 'restart')).json()).toMatchObject({ ok: true });
    const { process: hung } = await status('rescue');
    await root(`kill -STOP ${hung?.pid}`);
    await expect
      .poll(() => ran(`systemctl --user show ${unitOf('rescue')} -p NRestarts --value`), { timeout: 30_000, interval: 200 })
      .toBe('1\n');
    await healthy('rescue');
    expect((await status('rescue')).process?.pid).not.toBe(hung?.pid);
    // It was the watchdog and nothing else that ended it.
    expect(await ran(`LC_ALL=C journalctl --user -o cat USER_UNIT=${unitOf('rescue')}`)).toMatch(/result 'watchdog'/);
    await noDropIn('rescue');
  }, 120_000);

  /** A process of another account on a port, until it is let go. */
  async function steal(port: number): Promise<() => Promise<string>> {
    const listen = `require('net').createServer((s) => s.destroy()).listen(${port}, '127.0.0.1')`;
    await root(`systemd-run -q --collect --unit thief-${port} ${process.execPath} -e "${listen}"`);
    await expect.poll(() => root('ss -Hltn'), { timeout: 20_000 }).toContain(`127.0.0.1:${port} `);
    return () => root(`systemctl stop thief-${port}`);
  }

  it('whose port another has is not installed, says why, and leaves nothing', async () => {
    expect((await zero('taken', 'setup')).json()).toMatchObject({ ok: true });
    const { port } = (await status('taken')).gateway;
    const before = await written();
    const letGo = await steal(port);
    const failed = await zero('taken', 'gateway', 'install');
    await letGo();
    expect([failed.code, failed.json()], failed.stdout).toMatchObject([
      69,
      { error: { code: 'SERVICE_NOT_HEALTHY', message: expect.stringContaining(`port ${port} is in use by`) } },
    ]);
    expect(await written()).toBe(before);
    expect(await status('taken')).toMatchObject({ verdict: 'not-installed', process: null });
  }, 120_000);

  it('that never says that it is ready is told so, and put back', async () => {
    expect((await zero('mute', 'setup')).json()).toMatchObject({ ok: true });
    await dropIn('mute', '[Service]\nTimeoutStartSec=2\nExecStart=\nExecStart=/bin/sleep 1234\n');
    const before = await written();
    const failed = await zero('mute', 'gateway', 'install');
    expect([failed.code, failed.json()], failed.stdout).toMatchObject([
      69,
      {
        error: { code: 'SERVICE_NOT_HEALTHY', message: expect.stringContaining('did not tell systemd in time that it is ready') },
      },
    ]);
    expect(await written()).toBe(before);
    expect(await ran("pgrep -f '[s]leep 1234' || true")).toBe('');
    await noDropIn('mute');
    expect((await zero('mute', 'gateway', 'install')).json()).toMatchObject({ ok: true });
    expect((await zero('mute', 'gateway', 'uninstall')).json()).toMatchObject({ ok: true });
  }, 120_000);

  // As with the lines of short-lived children, which the journal of an account often loses.
  it('tells its last error from its log, when the journal has no line of it', async () => {
    const { port } = (await status('rescue')).gateway;
    await ran(`systemctl --user stop ${unitOf('rescue')}`);
    await dropIn('rescue', '[Service]\nStandardOutput=null\nStandardError=null\n');
    const sinceS = (await ran('date +%s.%N')).trim();
    const letGo = await steal(port);
    expect((await zero('rescue', 'gateway', 'start')).code).toBe(69);
    const seen = await status('rescue');
    await letGo();
    expect(await ran(`journalctl --user -o cat -q --since=@${sinceS} _SYSTEMD_USER_UNIT=${unitOf('rescue')}`)).toBe('');
    expect(seen.lastError).toContain(`port ${port} is in use by`);
    await noDropIn('rescue');
    expect((await zero('rescue', 'gateway', 'start')).json()).toMatchObject({ ok: true });
  }, 120_000);

  it('ends with the last login when lingering is off, which doctor foretells and status explains', async () => {
    const uid = (await root('id -u tester')).trim();
    // Else a manager is kept for 10 s more.
    await root(
      'mkdir -p /etc/systemd/logind.conf.d; printf "[Login]\\nUserStopDelaySec=0\\n" > /etc/systemd/logind.conf.d/now.conf; systemctl restart systemd-logind',
    );
    const login = box.exec(
      [
        'sh',
        '-ec',
        `touch ~/in; until [ -e /run/off ]; do sleep 0.05; done; systemctl --user is-active -q ${unitOf('rescue')}
         ${process.execPath} ${ZERO} --profile rescue doctor --json`,
      ],
      { session: 'login' },
    );
    await root(`until [ -e ${HOME}/in ]; do sleep 0.05; done; loginctl disable-linger tester; touch /run/off`);
    const during = await login;
    expect(during.code, during.stdout + during.stderr).toBe(0);
    const advice = 'sudo loginctl enable-linger tester';
    expect(during.json<Report>().findings).toContainEqual(
      expect.objectContaining({
        code: 'service-linger-off',
        message: expect.stringContaining('end with its last login'),
        fix: advice,
      }),
    );
    // That was the last login.
    await expect
      .poll(() => box.exec(['systemctl', 'is-active', `user@${uid}.service`], { as: 'root' }), { timeout: 30_000 })
      .toMatchObject({ stdout: 'inactive\n' });
    const after = await zero('rescue', 'gateway', 'status');
    expect([after.code, after.json()]).toMatchObject([
      3,
      {
        ...{ verdict: 'stopped', process: null },
        service: { runtime: { detail: expect.stringMatching(`end with its last login; .*: ${advice}$`) } },
      },
    ]);
    const shown = (await box.exec([process.execPath, ZERO, '--profile', 'rescue', 'gateway', 'status'])).stdout;
    expect(shown).toMatch(new RegExp(`^Next: ${advice}$`, 'm'));
    expect(shown).toMatch(/^Service: +systemd \(installed\)/m);
    await root(advice.replace('sudo ', ''));
    await healthy('rescue');
  }, 120_000);

  describe('of the system', () => {
    const settings = `${HOME}/.config/polygate/instances/zero/sys.json`;
    const unit = '/etc/systemd/system/zero-gateway-sys.service';
    const sudo = (...args: string[]) => zeroAs({ as: 'root', env: { SUDO_USER: 'tester' } }, 'sys', ...args);

    it('is, under sudo, of the account that called it', async () => {
      expect((await zero('sys', 'setup')).json()).toMatchObject({ ok: true });
      const installed = await sudo('gateway', 'install', '--system');
      expect(installed.json(), installed.stdout).toMatchObject({ ok: true, result: 'installed' });
      expect(await ran(`cat ${unit}`)).toMatch(/^User=tester$/m);
    });

    it('keeps its settings, too, when an install with another program fails', async () => {
      const before = await root(`cat ${settings} ${unit}; stat -c '%a %U' ${settings}`);
      const failed = await sudo('gateway', 'install', '--system', '--force', '--program', '/bin/false');
      expect([failed.code === 0, failed.json()], failed.stdout).toMatchObject([false, { ok: false }]);
      expect(await root(`cat ${settings} ${unit}; stat -c '%a %U' ${settings}`)).toBe(before);
      expect(await root(`find ${HOME} -user root`)).toBe('');
      await healthy('sys');
    }, 120_000);

    it('is repaired by doctor under sudo for the account that called it', async () => {
      await root(`sed -i 's/^Restart=.*/Restart=no/' ${unit}; systemctl daemon-reload`);
      const fixed = await sudo('doctor', '--fix', '--system');
      expect(fixed.json<Report>().repairs, fixed.stdout).toMatchObject([{ repair: 'install', ok: true }]);
      expect(await ran(`cat ${unit}`)).toMatch(/^User=tester$[\s\S]*^Restart=always$/m);
      expect(await root(`find ${HOME} -user root; ls -d ~root/.zero* 2>/dev/null || true`)).toBe('');
      await healthy('sys');
    }, 120_000);
  });
});
