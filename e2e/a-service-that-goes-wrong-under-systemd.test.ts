import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemdBox, whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.mjs');
const HOME = '/home/tester';
const UNITS = `${HOME}/.config/systemd/user`;
const reason = whyNoBox();
let box: SystemdBox;

type How = Parameters<SystemdBox['exec']>[1];
interface Row {
  verdict: string;
  reason: string;
  lastError?: string;
  hints?: string[];
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
  box.exec(['sh', '-ec', `mkdir -p ${UNITS}/${unitOf(profile)}.d; cat > ${UNITS}/${unitOf(profile)}.d/own.conf; systemctl --user daemon-reload`], {
    input: text,
  });
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

  it('whose port another has is not installed, says whose, and leaves nothing', async () => {
    expect((await zero('taken', 'setup')).json()).toMatchObject({ ok: true });
    const { port } = (await status('taken')).gateway;
    await root(`systemd-run -q --unit thief ${process.execPath} -e "require('net').createServer().listen(${port}, '127.0.0.1')"`);
    await expect.poll(() => root('ss -Hltn'), { timeout: 20_000 }).toContain(`127.0.0.1:${port} `);
    const before = await written();
    const failed = await zero('taken', 'gateway', 'install');
    await root('systemctl stop thief');
    console.log(failed.code, failed.stdout);
    expect(failed.json(), failed.stdout).toMatchObject({ ok: false });
    expect(await written()).toBe(before);
  }, 120_000);

  it('that never says it is ready is told by what it is, and put back', async () => {
    expect((await zero('mute', 'setup')).json()).toMatchObject({ ok: true });
    await dropIn('mute', '[Service]\nTimeoutStartSec=2\nExecStart=\nExecStart=/bin/sleep 1000\n');
    const before = await written();
    const failed = await zero('mute', 'gateway', 'install');
    console.log(failed.code, failed.stdout);
    expect(failed.json(), failed.stdout).toMatchObject({ ok: false });
    expect(await written()).toBe(before);
    await noDropIn('mute');
    expect((await zero('mute', 'gateway', 'install')).json()).toMatchObject({ ok: true });
    expect((await zero('mute', 'gateway', 'uninstall')).json()).toMatchObject({ ok: true });
  }, 120_000);

  it('tells its last error from its log, when the journal has nothing of it', async () => {
    await dropIn('rescue', '[Service]\nStandardOutput=null\nStandardError=null\n');
    const { port } = (await status('rescue')).gateway;
    await ran(`systemctl --user stop ${unitOf('rescue')}`);
    await root(`systemd-run -q --unit thief ${process.execPath} -e "require('net').createServer().listen(${port}, '127.0.0.1')"`);
    await expect.poll(() => root('ss -Hltn'), { timeout: 20_000 }).toContain(`127.0.0.1:${port} `);
    const failed = await zero('rescue', 'gateway', 'start');
    const seen = await zero('rescue', 'gateway', 'status');
    console.log(failed.stdout, seen.stdout);
    console.log(await ran(`cat ${HOME}/.zero-rescue/logs/*.log | tail -5`));
    await root('systemctl stop thief');
    await noDropIn('rescue');
    expect((await zero('rescue', 'gateway', 'start')).json()).toMatchObject({ ok: true });
  }, 120_000);

  it('ends with the last login when lingering is off, and is told to', async () => {
    await root('mkdir -p /etc/systemd/logind.conf.d; printf "[Login]\\nUserStopDelaySec=0\\n" > /etc/systemd/logind.conf.d/now.conf; systemctl restart systemd-logind');
    const uid = (await root('id -u tester')).trim();
    const login: How = { session: 'login' };
    // While somebody is logged in it runs, and only a look at lingering tells what is to come.
    const inside = await ran(
      `sudo -n true 2>/dev/null || true; ${process.execPath} ${ZERO} --profile rescue gateway status --json > ~/status.json || true; ${process.execPath} ${ZERO} --profile rescue doctor --json > ~/doctor.json || true; loginctl list-sessions --no-legend`,
      login,
    );
    console.log(inside);
    await root('loginctl disable-linger tester');
    await ran(
      `loginctl list-sessions --no-legend; ${process.execPath} ${ZERO} --profile rescue gateway status --json > ~/status.json || true; ${process.execPath} ${ZERO} --profile rescue doctor --json > ~/doctor.json || true`,
      login,
    ).then(console.log);
    console.log(await ran('cat ~/status.json ~/doctor.json'));
    await expect.poll(() => box.exec(['systemctl', 'is-active', `user@${uid}.service`], { as: 'root' }), { timeout: 30_000 }).toMatchObject({ stdout: 'inactive\n' });
    const after = await zero('rescue', 'gateway', 'status');
    console.log(after.code, after.stdout, (await box.exec([process.execPath, ZERO, '--profile', 'rescue', 'gateway', 'status'])).stdout);
    console.log((await zero('rescue', 'doctor')).stdout);
  }, 120_000);
});
