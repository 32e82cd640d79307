import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemdBox, whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const UNIT = '/etc/systemd/system/zero-gateway-rescue.service';
/** As it was before a test changed it. */
const KEPT = '/var/tmp/unit';
const reason = whyNoBox();
let box: SystemdBox;

const zero = (as: 'root' | 'tester', ...args: string[]) =>
  box.exec([process.execPath, ZERO, '--profile', 'rescue', ...args], as === 'root' ? { as } : {});
const install = (...args: string[]) => zero('root', 'gateway', 'install', '--system', '--user-name', 'tester', ...args, '--json');

interface Row {
  verdict: string;
  reason: string;
  process: { pid: number } | null;
  instance: { service: { manager: string; path: string } };
  service: { overrides?: { path: string; keys: string[] }[]; configAudit: { issues: { code: string; detail: string }[] } };
}
const status = async () => (await zero('tester', 'gateway', 'status', '--json')).json<Row>();

async function until(what: string, holds: (row: Row) => boolean, timeoutMs = 15_000): Promise<Row> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const row = await status();
    if (holds(row)) return row;
    if (Date.now() > end) throw new Error(`not ${what}: ${JSON.stringify(row, null, 2)}`);
    await delay(100);
  }
}

const procOf = async (pid: number | undefined) => (await box.exec(['cat', `/proc/${pid}/status`], { as: 'root' })).stdout;
const sh = (script: string) => box.exec(['sh', '-ec', script], { as: 'root' });

describe.skipIf(reason !== undefined)(`a service of the system${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: false });
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('is refused to an ordinary account, with the line to type', async () => {
    const refused = await zero('tester', 'gateway', 'install', '--system', '--json');
    expect(refused.code).toBe(77);
    expect(refused.json()).toMatchObject({
      error: {
        code: 'ROOT_NEEDED',
        hint: expect.stringMatching(/^sudo .*zero.* --profile rescue gateway install --system --user-name tester$/),
      },
    });
  });

  it('is refused for an account that is not there, or that has no such profile', async () => {
    const nobody = await zero('root', 'gateway', 'install', '--system', '--user-name', 'annna', '--json');
    expect([nobody.code, nobody.json()]).toMatchObject([2, { error: { code: 'ACCOUNT_UNKNOWN' } }]);
    const early = await install();
    expect([early.code, early.json()]).toMatchObject([3, { error: { code: 'PROFILE_NOT_SET_UP' } }]);
    expect((await sh('ls -A /home/tester')).stdout).not.toContain('.zero-rescue');
  });

  it('runs as the account whose gateway it is, with its paths, and says to systemd what it does', async () => {
    expect((await zero('tester', 'setup', '--json')).json()).toMatchObject({ ok: true });
    const installed = await install();
    expect(installed.json(), installed.stderr).toMatchObject({
      ok: true,
      result: 'installed',
      service: { manager: 'systemd-system' },
    });
    const row = await status();
    expect(row).toMatchObject({ verdict: 'healthy', instance: { service: { manager: 'systemd-system', path: UNIT } } });
    const uid = (await sh('id -u tester')).stdout.trim();
    expect(await procOf(row.process?.pid)).toMatch(new RegExp(`^Uid:\\s+${uid}\\s`, 'm'));
    const shown = (await sh('systemctl show zero-gateway-rescue -p StatusText -p Type -p NotifyAccess')).stdout;
    expect(shown).toMatch(/^StatusText=listening on ws:\/\/127\.0\.0\.1:\d+$/m);
    // Nothing of root's was left in the account's home.
    expect((await sh('find /home/tester -user root')).stdout).toBe('');
  });

  it('is hardened in ways that take effect', async () => {
    const seen = await procOf((await status()).process?.pid);
    expect(seen).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(seen).toMatch(/^Seccomp:\s+2$/m);
    expect(seen).toMatch(/^CapBnd:\s+0+$/m);
    const pid = (await status()).process?.pid;
    expect(
      (
        await sh(
          `nsenter -t ${pid} -m sh -c 'touch /usr/x 2>&1 || true; touch /home/tester/y && rm /home/tester/y && echo written'`,
        )
      ).stdout,
    ).toMatch(/Read-only file system[\s\S]*written/);
    const verify = await sh(`systemd-analyze verify --recursive-errors=no --man=no ${UNIT}`);
    expect(verify).toMatchObject({ code: 0, stderr: '' });
    const exposure = (await sh('systemd-analyze security --no-pager zero-gateway-rescue.service')).stdout;
    expect(Number(/Overall exposure level[^:]*: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThan(7);
  });

  it('is not installed beside a service of the account, nor the other way round', async () => {
    const beside = await zero('tester', 'gateway', 'install', '--json');
    expect([beside.code, beside.json()]).toMatchObject([1, { error: { code: 'SERVICE_IN_OTHER_SCOPE' } }]);
    expect((await install()).json()).toMatchObject({ result: 'already-installed', drift: false });
    const removal = await box.exec([process.execPath, ZERO, 'profiles', 'remove', 'rescue', '--yes', '--json']);
    expect(removal.json()).toMatchObject({ error: { code: 'SERVICE_STILL_INSTALLED' } });
  });

  it('tells of drop-ins, and keeps them through a forced install', async () => {
    await sh(
      `mkdir -p ${UNIT}.d; printf '[Service]\\nWatchdogSec=2\\nEnvironment=EXTRA=1\\n' > ${UNIT}.d/mine.conf; systemctl daemon-reload`,
    );
    const row = await status();
    expect(row.service.overrides).toEqual([
      { path: `${UNIT}.d/mine.conf`, keys: ['Service.WatchdogSec', 'Service.Environment'] },
    ]);
    expect(row.service.configAudit.issues).toMatchObject([
      { code: 'gateway-definition-overridden', detail: `${UNIT}.d/mine.conf` },
    ]);
    await sh(`sed -i 's/RestartSec=2/RestartSec=1/' ${UNIT}`);
    const check = await install('--check');
    expect([check.code, check.json()]).toMatchObject([1, { drift: true, differences: [{ field: 'Service.RestartSec' }] }]);
    expect((await install('--force')).json()).toMatchObject({ ok: true, result: 'installed' });
    expect((await sh(`cat ${UNIT}.d/mine.conf`)).stdout).toContain('EXTRA=1');
    expect((await install('--check')).code).toBe(0);
  });

  it('is started again when it hangs: the watchdog of the drop-in is missed', async () => {
    const before = await until('healthy', (row) => row.verdict === 'healthy');
    await sh(`kill -STOP ${before.process?.pid}`);
    const after = await until('back', (row) => row.verdict === 'healthy' && row.process?.pid !== before.process?.pid);
    expect(after.process?.pid).not.toBe(before.process?.pid);
    await sh(`rm -r ${UNIT}.d; systemctl daemon-reload`);
  });

  it('comes back after power off and on, without anybody logging in', async () => {
    await box.powerCycle();
    await until('healthy', (row) => row.verdict === 'healthy');
    expect((await sh('ls /var/lib/systemd/linger')).stdout).toBe('');
  }, 120_000);

  it('that cannot start is put back whole, and told by its own words', async () => {
    const text = (await sh(`cat ${UNIT}`)).stdout;
    const before = await status();
    // With no good config to go back to.
    await sh(
      `rm -rf /home/tester/.zero-rescue/config-history; sed -i 's/"mode": "local"/"mode": "remote"/' /home/tester/.zero-rescue/zero.json`,
    );
    const refused = await install('--force', '--port', '27001');
    expect(refused.code).not.toBe(0);
    expect(refused.json()).toMatchObject({ ok: false });
    expect((await sh(`cat ${UNIT}`)).stdout).toBe(text);
    await sh(`sed -i 's/"mode": "remote"/"mode": "local"/' /home/tester/.zero-rescue/zero.json`);
    expect((await zero('root', 'gateway', 'start', '--system', '--user-name', 'tester', '--json')).json()).toMatchObject({
      ok: true,
    });
    expect((await status()).verdict).toBe('healthy');
    expect(before.verdict).toBe('healthy');
  });

  it('explains in one line what systemd could not do', async () => {
    for (const [edit, status_, words] of [
      ['s#^ExecStart=.*#ExecStart=/usr/bin/no-such-node#', 203, 'its program is not there'],
      ['s#^WorkingDirectory=.*#WorkingDirectory=/no/such#', 200, 'its working directory is not there'],
      ['s#^User=.*#User=nosuchaccount#', 217, 'its account does not exist'],
    ] as const) {
      await sh(
        `cp ${UNIT} ${KEPT}; sed -i '${edit}; s/^StartLimitBurst=.*/StartLimitBurst=1/' ${UNIT}; systemctl daemon-reload; systemctl restart zero-gateway-rescue || true`,
      );
      const row = await until('given up', ({ verdict }) => verdict === 'crash-looping' || verdict === 'misconfigured');
      expect(row.reason).toContain(`status ${status_}`);
      expect(row.reason).toContain(words);
      await sh(`cp ${KEPT} ${UNIT}; systemctl daemon-reload; systemctl reset-failed zero-gateway-rescue`);
    }
    await sh('systemctl start zero-gateway-rescue');
  });

  it('that is masked is said to be, with the command that lifts it', async () => {
    await sh(`cp ${UNIT} ${KEPT}; systemctl stop zero-gateway-rescue; rm ${UNIT}; systemctl mask zero-gateway-rescue`);
    const masked = await install();
    expect([masked.code, masked.json()]).toMatchObject([
      1,
      { error: { code: 'SERVICE_MASKED', hint: 'systemctl unmask zero-gateway-rescue.service' } },
    ]);
    await sh(
      `systemctl unmask zero-gateway-rescue; cp ${KEPT} ${UNIT}; systemctl daemon-reload; systemctl enable --now zero-gateway-rescue`,
    );
  });

  it('leaves nothing of root’s in the home of the account, whatever root does', async () => {
    const as = ['--system', '--user-name', 'tester', '--json'];
    expect((await install('--program', 'reference', '--force')).json()).toMatchObject({ ok: true });
    for (const verb of ['restart', 'stop', 'start'])
      expect((await zero('root', 'gateway', verb, ...as)).json(), verb).toMatchObject({ ok: true });
    expect((await zero('root', 'doctor', '--fix', ...as)).code).toBe(0);
    expect((await sh('find /home/tester -user root')).stdout).toBe('');
    expect((await zero('tester', 'profiles', 'list', '--json')).json()).toMatchObject({ ok: true });
  });

  it('of another account is not one’s own to look at, to install beside, or to remove with force', async () => {
    await sh('mkdir -p /srv/other');
    await sh(`cp ${UNIT} ${KEPT}; sed -i 's#^User=.*#User=daemon#; s#^Environment=ZERO_STATE_DIR=.*#Environment=ZERO_STATE_DIR=/srv/other#' ${UNIT}
      systemctl daemon-reload`);
    expect(await status()).toMatchObject({ reason: expect.not.stringContaining('/srv/other') });
    const looked = await zero('tester', 'gateway', 'status', '--system', '--json');
    expect(looked.json()).toMatchObject({
      reason: expect.stringContaining('zero-gateway-rescue belongs to /srv/other'),
      service: { command: null, runtime: { status: 'stopped' } },
    });
    const beside = await zero('tester', 'gateway', 'install', '--json');
    expect(beside.json()).toMatchObject({
      error: {
        ...{ code: 'SERVICE_IN_OTHER_SCOPE', message: expect.stringContaining('runs the gateway of /srv/other') },
        hint: expect.stringContaining('another profile name'),
      },
    });
    const removal = await zero('root', 'gateway', 'uninstall', '--force', '--system', '--user-name', 'tester', '--json');
    expect(removal.json()).toMatchObject({ error: { code: 'SERVICE_NAME_TAKEN' } });
    expect((await sh(`ls ${UNIT}`)).stdout).toBe(`${UNIT}\n`);
    await sh(`cp ${KEPT} ${UNIT}; systemctl daemon-reload`);
  });

  it('is uninstalled by root, twice, and leaves the state alone and nothing else', async () => {
    expect((await zero('tester', 'gateway', 'uninstall', '--json')).json()).toMatchObject({ error: { code: 'ROOT_NEEDED' } });
    for (let round = 0; round < 2; round += 1) {
      const gone = await zero('root', 'gateway', 'uninstall', '--system', '--user-name', 'tester', '--json');
      expect(gone.json(), gone.stderr).toMatchObject({ ok: true, result: 'uninstalled' });
    }
    expect((await sh('find /etc/systemd/system /etc/polygate -name "*zero*" 2>/dev/null || true')).stdout).toBe('');
    expect((await sh('test -f /home/tester/.zero-rescue/zero.json; find /home/tester -user root')).stdout).toBe('');
    const again = await zero('root', 'gateway', 'start', '--system', '--user-name', 'tester', '--json');
    expect(again.json()).toMatchObject({
      error: {
        code: 'SERVICE_NOT_INSTALLED',
        hint: expect.stringMatching(/gateway install --system --user-name tester$/),
      },
    });
    expect((await status()).verdict).toBe('not-installed');
  });
});
