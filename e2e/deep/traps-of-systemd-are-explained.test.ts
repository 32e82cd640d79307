import path from 'node:path';
import { reading } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const UNIT = '/home/tester/.config/systemd/user/zero-gateway-rescue.service';
const reason = whyNoBox();
let box: SystemdBox;
let uid: string;
/** The captured texts are of this version; others have other words. */
let is252: boolean;

type How = Parameters<SystemdBox['exec']>[1];
const zeroAs = (how: How, ...args: string[]) => box.exec([process.execPath, ZERO, '--profile', 'rescue', ...args, '--json'], how);
const zero = (...args: string[]) => zeroAs({}, ...args);
const root = (script: string, env: Record<string, string> = {}) => box.exec(['sh', '-ec', script], { as: 'root', env });
const sh = (script: string) => box.exec(['sh', '-ec', script]);

interface Row {
  verdict: string;
  reason: string;
  process: { pid: number } | null;
  service: {
    runtime: { status: string };
    overrides?: { path: string; keys: string[] }[];
    configAudit?: { issues: { code: string; message: string }[] };
  };
}
const status = async (how: How = {}) => (await zeroAs(how, 'gateway', 'status')).json<Row>();
const settled = (verdict: RegExp) =>
  expect.poll(() => status(), { timeout: 20_000 }).toMatchObject({ verdict: expect.stringMatching(verdict) });

describe.skipIf(reason !== undefined)(`traps of systemd${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: false });
    uid = (await root('id -u tester')).stdout.trim();
    is252 = /^systemd 252\b/.test((await root('systemctl --version')).stdout);
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  describe('while the account has no manager', () => {
    // What is made of each captured text, the unit tests of the readings say.
    it('systemd has the words for it that were captured', async () => {
      const runtimeDir = `XDG_RUNTIME_DIR=/run/user/${uid}`;
      const said: [captured: string, as: 'root' | 'tester', command: string][] = [
        ['no-manager', 'tester', `${runtimeDir} systemctl --user status`],
        ['no-bus-address', 'tester', 'env -u XDG_RUNTIME_DIR -u DBUS_SESSION_BUS_ADDRESS systemctl --user status'],
        ['wrong-bus-address', 'tester', 'env -u XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS=garbage systemctl --user status'],
        ['foreign-runtime-dir', 'root', `systemctl start user@${uid}; ${runtimeDir} systemctl --user status`],
        [
          'foreign-bus-address',
          'root',
          `env -u XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/${uid}/bus systemctl --user is-system-running`,
        ],
      ];
      for (const [captured, as, command] of said) {
        const { code, stderr } = await box.exec(['sh', '-c', `export LC_ALL=C; ${command}`], { as });
        expect([captured, code]).toEqual([captured, 1]);
        if (is252) expect(stderr).toBe(reading('systemctl', `252-${captured}`));
      }
      await root(`systemctl stop user@${uid}.service`);
    });

    it.each([
      ['ssh without a session', {}],
      ['cron', { session: 'bare' }],
      ['somebody else’s session', { env: { XDG_RUNTIME_DIR: '/run/user/0' } }],
      ['a stray bus', { env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/no/such' } }],
    ] as [string, How][])('%s: looking works, stopping nothing is done, starting nothing is said', async (_, how) => {
      expect(await status(how)).toMatchObject({ verdict: 'not-installed' });
      expect((await zeroAs(how, 'gateway', 'stop')).code).toBe(0);
      const start = await zeroAs(how, 'gateway', 'start');
      expect([start.code, start.json()]).toMatchObject([3, { error: { code: 'SERVICE_NOT_INSTALLED' } }]);
    });

    it('sudo with the home of another account is refused, with the home that would do', async () => {
      const sudo = await zeroAs({ as: 'root', env: { HOME: '/home/tester', SUDO_USER: 'tester' } }, 'gateway', 'install');
      expect([sudo.code, sudo.json()]).toMatchObject([
        69,
        { error: { code: 'MANAGER_UNREACHABLE', hint: expect.stringContaining('HOME=') } },
      ]);
      expect((await root('find /home/tester -user root')).stdout).toBe('');
    });

    it('lingering is one’s own to switch on, and nobody else’s', async () => {
      const other = await sh('LC_ALL=C loginctl enable-linger root 2>&1 || true');
      if (is252) expect(other.stdout).toBe(reading('loginctl', '252-enable-linger-other'));
      expect((await root('ls /var/lib/systemd/linger')).stdout).toBe('');
    });

    it('without polkit it is refused, with the line for root, and nothing is left', async () => {
      await root('systemctl stop polkit; mv /usr/share/dbus-1/system-services/org.freedesktop.PolicyKit1.service /var/tmp/');
      await sh(`${process.execPath} ${ZERO} --profile rescue setup`);
      const refused = await zero('gateway', 'install');
      await root('mv /var/tmp/org.freedesktop.PolicyKit1.service /usr/share/dbus-1/system-services/; systemctl start polkit');
      expect([refused.code, refused.json()], refused.stdout).toMatchObject([
        77,
        { error: { code: 'LINGER_DENIED', hint: 'sudo loginctl enable-linger tester' } },
      ]);
      expect((await sh('ls -A ~/.config/systemd/user 2>/dev/null || true')).stdout).toBe('');
    });
  });

  it('under cron an install switches lingering on for itself, and brings the gateway up', async () => {
    const installed = await zeroAs({ session: 'bare' }, 'gateway', 'install');
    expect(installed.json(), installed.stdout).toMatchObject({ ok: true, result: 'installed' });
    expect((await root('ls /var/lib/systemd/linger')).stdout).toBe('tester\n');
    expect(await status({ session: 'bare' })).toMatchObject({ verdict: 'healthy' });
  });

  it('root with the runtime directory of another account talks to its own manager', async () => {
    const how: How = { as: 'root', env: { XDG_RUNTIME_DIR: `/run/user/${uid}` } };
    const installed = await zeroAs(how, 'gateway', 'install', '--port', '28789');
    expect(installed.json(), installed.stdout).toMatchObject({ ok: true, result: 'installed' });
    expect((await root('ls ~root/.config/systemd/user')).stdout).toContain('zero-gateway-rescue.service');
    expect((await zeroAs(how, 'gateway', 'uninstall')).json()).toMatchObject({ ok: true });
    expect((await status()).verdict).toBe('healthy');
  });

  it('what was edited and not read again is read by the next restart', async () => {
    await sh(`sed -i 's/^\\[Service\\]/&\\nEnvironment=EDITED=1/' ${UNIT}`);
    expect((await sh('systemctl --user show zero-gateway-rescue -p NeedDaemonReload')).stdout).toBe('NeedDaemonReload=yes\n');
    expect((await zero('gateway', 'restart')).json()).toMatchObject({ ok: true });
    const { process: after } = await status();
    expect((await sh(`tr '\\0' '\\n' < /proc/${after?.pid}/environ`)).stdout).toContain('EDITED=1');
    expect((await zero('gateway', 'install', '--force')).json()).toMatchObject({ ok: true });
  });

  it('a drop-in that runs something else is kept, and reported', async () => {
    await sh(`mkdir -p ${UNIT}.d; printf '[Service]\\nExecStart=\\nExecStart=/bin/sleep 1000\\n' > ${UNIT}.d/own.conf`);
    expect((await zero('gateway', 'install')).json()).toMatchObject({ ok: true });
    expect((await status()).service).toMatchObject({
      overrides: [{ path: `${UNIT}.d/own.conf`, keys: ['Service.ExecStart'] }],
      configAudit: {
        issues: [
          { code: 'gateway-definition-overridden', message: 'A drop-in changes what the service runs: Service.ExecStart' },
        ],
      },
    });
    await sh(`rm -r ${UNIT}.d; systemctl --user daemon-reload`);
  });

  it('what systemd itself could not do is one line: 200, 203, 209, 216, 226', async () => {
    for (const [set, code, words] of [
      ['WorkingDirectory=/no/such', 200, 'its working directory is not there'],
      ['ExecStart=\nExecStart=/usr/bin/no-such-node', 203, 'its program is not there'],
      ['StandardOutput=append:/no/such/log', 209, 'its standard output cannot be set up'],
      ['User=nobody', 216, 'its group could not be set'],
      ['RootDirectory=/no/such', 226, 'its view of the file system could not be made'],
    ] as const) {
      const dropIn = `[Unit]\nStartLimitBurst=2\n[Service]\nRestartSec=100ms\n${set}\n`;
      await box.exec(
        [
          'sh',
          '-ec',
          `mkdir -p ${UNIT}.d; cat > ${UNIT}.d/own.conf; systemctl --user daemon-reload; systemctl --user restart zero-gateway-rescue || true`,
        ],
        { input: dropIn },
      );
      await settled(/^crash-looping$/);
      expect((await status()).reason).toContain(`(status ${code}): ${words}`);
    }
  }, 120_000);

  it('the start limit is lifted by a start, once the cause is gone', async () => {
    const limited = await sh('systemctl --user start zero-gateway-rescue 2>&1 || true');
    expect(limited.stdout).toMatch(/control process exited|attempted too often/);
    await sh(`rm -r ${UNIT}.d`);
    expect((await zero('gateway', 'start')).json()).toMatchObject({ ok: true, result: 'started' });
    expect((await status()).verdict).toBe('healthy');
  });

  it('a file with secrets that is gone is one line, and started again once it is back', async () => {
    const drop = `[Service]\nRestartSec=1h\nEnvironmentFile=/home/tester/secrets.env\n`;
    await sh(`mkdir -p ${UNIT}.d; printf '${drop.replaceAll('\n', '\\n')}' > ${UNIT}.d/own.conf`);
    const refused = await zero('gateway', 'restart');
    expect([refused.code, refused.json()]).toMatchObject([
      69,
      {
        error: { code: 'SERVICE_NOT_HEALTHY', message: expect.stringContaining('a file that its definition names is not there') },
      },
    ]);
    expect(await status()).toMatchObject({ reason: expect.stringContaining('(EnvironmentFile)') });
    await sh('touch ~/secrets.env');
    expect((await zero('gateway', 'restart')).json()).toMatchObject({ ok: true });
    await sh(`rm -r ${UNIT}.d; systemctl --user daemon-reload`);
  });

  it('a unit that systemd cannot read is told to be broken, and replaced with force', async () => {
    await sh(
      `systemctl --user stop zero-gateway-rescue; sed -i 's/^Type=.*/Type=oneshot/' ${UNIT}; systemctl --user daemon-reload`,
    );
    expect((await sh('systemctl --user show zero-gateway-rescue -p LoadState')).stdout).toBe('LoadState=bad-setting\n');
    const seen = await zero('gateway', 'status');
    expect([seen.code, seen.json()]).toMatchObject([
      78,
      { verdict: 'misconfigured', reason: expect.stringContaining('cannot read its definition') },
    ]);
    const start = await zero('gateway', 'start');
    expect(start.code).not.toBe(0);
    expect((await zero('gateway', 'install', '--force')).json()).toMatchObject({ ok: true, result: 'installed' });
    expect((await status()).verdict).toBe('healthy');
  });

  it('a masked one is said to be, with the line that lifts it', async () => {
    await sh(`systemctl --user stop zero-gateway-rescue; rm ${UNIT}; systemctl --user mask zero-gateway-rescue 2>/dev/null`);
    expect(await status()).toMatchObject({ verdict: 'stopped', reason: expect.stringContaining('masked') });
    const masked = await zero('gateway', 'install');
    expect([masked.code, masked.json()]).toMatchObject([
      1,
      { error: { code: 'SERVICE_MASKED', hint: 'systemctl --user unmask zero-gateway-rescue.service' } },
    ]);
    await sh('systemctl --user unmask zero-gateway-rescue 2>/dev/null');
    expect((await zero('gateway', 'install')).json()).toMatchObject({ ok: true, result: 'installed' });
  });

  it('a manager that was killed is not there, and the gateway is said to be so', async () => {
    await root(`systemctl kill -s KILL user@${uid}.service; while systemctl is-active -q user@${uid}.service; do :; done`);
    expect((await zero('gateway', 'status')).code).not.toBe(0);
    await root(`systemctl restart user@${uid}.service`);
    await settled(/^healthy$/);
  });
});
