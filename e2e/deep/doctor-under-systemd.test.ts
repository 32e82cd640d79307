import path from 'node:path';
import type { Finished } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedAsPublished } from '../support/schemas.ts';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const BIN = path.join(ROOT, 'packages/cli/bin');
const HOME = '/home/tester';
const UNITS = `${HOME}/.config/systemd/user`;
const UNIT = `${UNITS}/zero-gateway-main.service`;
const reason = whyNoBox();
let box: SystemdBox;

interface Finding {
  code: string;
  severity: string;
  fix: string;
  repair?: string;
}
interface Report {
  errors: number;
  findings: Finding[];
  repairs?: { repair: string; codes: string[]; ok: boolean; message: string; diff?: string[]; backups?: string[] }[];
}

/** What it prints with --json must be as published. */
const zero = async (...args: string[]): Promise<Finished> =>
  finishedAsPublished(args, await box.exec([process.execPath, path.join(BIN, 'zero.cjs'), ...args]));
const polygate = async (...args: string[]): Promise<Finished> =>
  finishedAsPublished(args, await box.exec([process.execPath, path.join(BIN, 'polygate.cjs'), ...args]));
const sh = async (script: string, as?: 'root') => {
  const ran = await box.exec(['sh', '-ec', script], as ? { as } : {});
  expect(ran.code, script + ran.stderr).toBe(0);
  return ran.stdout;
};
const doctor = async (...args: string[]) => zero('--profile', 'main', 'doctor', '--json', ...args);
const codes = ({ findings }: Report) => findings.map(({ code }) => code);
const serious = ({ findings }: Report) => findings.filter(({ severity }) => severity !== 'info');
const healthy = async (profile: string) =>
  (await zero('--profile', profile, 'gateway', 'status', '--json')).json<{ verdict: string; process: { pid: number } }>();

// Without a systemd to boot these are skipped, and the name says why.
describe.skipIf(reason !== undefined)(`doctor under systemd${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: false });
    const installed = await zero('--profile', 'main', 'gateway', 'install', '--json');
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('finds nothing wrong with a service as an install leaves it', async () => {
    const ran = await doctor('--deep');
    expect([ran.code, serious(ran.json<Report>())]).toEqual([0, []]);
  });

  it('replaces a definition that differs, shows how, keeps the former one, and the gateway answers', async () => {
    await sh(`sed -i 's/^KillMode=.*/KillMode=process/; s/^Restart=.*/Restart=no/' ${UNIT}; systemctl --user daemon-reload`);
    const found = (await doctor()).json<Report>();
    expect(codes(found)).toEqual(
      expect.arrayContaining(['gateway-definition-drift', 'systemd-kill-mode-process-or-none', 'systemd-restart-policy']),
    );
    expect(await sh(`cat ${UNIT}`)).toContain('KillMode=process');
    const fixed = await doctor('--fix');
    const report = fixed.json<Report>();
    expect([fixed.code, serious(report)]).toEqual([0, []]);
    expect(report.repairs).toMatchObject([{ repair: 'install', ok: true }]);
    expect(report.repairs?.[0]?.diff).toEqual(
      expect.arrayContaining([`# ${UNIT}`, '- KillMode=process', '+ KillMode=mixed', '- Restart=no', '+ Restart=always']),
    );
    // It was shown to a person before it was done.
    expect(fixed.stderr).toContain('- KillMode=process');
    const [backup] = report.repairs?.[0]?.backups ?? [];
    expect(await sh(`cat ${backup}; stat -c %a ${backup}`)).toMatch(/KillMode=process.*\n600\n$/s);
    expect((await healthy('main')).verdict).toBe('healthy');
  });

  it('has the manager read what was changed on disk, and restarts nothing', async () => {
    const before = await healthy('main');
    await sh(`touch -d '+2 seconds' ${UNIT}`);
    expect(codes((await doctor()).json<Report>())).toContain('service-needs-reload');
    const report = (await doctor('--fix')).json<Report>();
    expect(report.repairs).toMatchObject([{ repair: 'settle', ok: true, codes: ['service-needs-reload'] }]);
    expect(serious(report)).toEqual([]);
    expect((await healthy('main')).process.pid).toBe(before.process.pid);
  });

  it('enables a service that would not start by itself', async () => {
    await sh('systemctl --user disable zero-gateway-main.service');
    expect(codes((await doctor()).json<Report>())).toContain('service-not-enabled');
    expect(serious((await doctor('--fix')).json<Report>())).toEqual([]);
    expect((await sh('systemctl --user is-enabled zero-gateway-main.service')).trim()).toBe('enabled');
  });

  it('turns lingering on again', async () => {
    await sh('loginctl disable-linger tester', 'root');
    const found = (await doctor()).json<Report>();
    expect(found.findings).toContainEqual(
      expect.objectContaining({ code: 'service-linger-off', fix: 'sudo loginctl enable-linger tester', repair: 'linger' }),
    );
    const report = (await doctor('--fix')).json<Report>();
    expect(report.repairs).toContainEqual(expect.objectContaining({ repair: 'linger', ok: true }));
    expect(codes(report)).not.toContain('service-linger-off');
    expect(await sh('ls /var/lib/systemd/linger')).toContain('tester');
  });

  it('closes the config and the state directory to other accounts', async () => {
    await sh(`chmod 755 ${HOME}/.zero-main; chmod 644 ${HOME}/.zero-main/zero.json`);
    const found = await doctor();
    expect([found.code, codes(found.json<Report>())]).toMatchObject([
      1,
      expect.arrayContaining(['config-readable', 'state-dir-readable']),
    ]);
    expect((await doctor('--fix')).code).toBe(0);
    expect(await sh(`stat -c %a ${HOME}/.zero-main ${HOME}/.zero-main/zero.json`)).toBe('700\n600\n');
  });

  it('moves a secret out of a unit, never prints it, and the gateway goes on with it', async () => {
    const canary = 'canary-0123456789-0123456789';
    await sh(
      `sed -i '/^ExecStart=/a Environment=ZERO_GATEWAY_TOKEN=${canary}' ${UNIT}; systemctl --user daemon-reload; systemctl --user restart zero-gateway-main`,
    );
    const found = await doctor();
    expect([found.code, codes(found.json<Report>())]).toMatchObject([1, expect.arrayContaining(['gateway-token-embedded'])]);
    // The shell of whoever repairs has another one, and no say.
    const fixed = finishedAsPublished(
      ['doctor', '--json'],
      await box.exec([process.execPath, path.join(BIN, 'zero.cjs'), '--profile', 'main', 'doctor', '--fix', '--json'], {
        env: { ZERO_GATEWAY_TOKEN: 'of-the-shell-0123456789', ZERO_GATEWAY_PORT: '22222' },
      }),
    );
    expect(fixed.code, fixed.stdout + fixed.stderr).toBe(0);
    expect(codes(fixed.json<Report>())).not.toContain('gateway-token-embedded');
    expect(codes(fixed.json<Report>())).toEqual(expect.arrayContaining(['shell-redirects', 'gateway-token-drift']));
    expect(fixed.stdout + fixed.stderr + found.stdout + found.stderr).not.toMatch(/canary|of-the-shell/);
    expect(await sh(`cat ${UNIT}`)).not.toMatch(/canary|of-the-shell|22222/);
    expect(await sh(`cat ${HOME}/.zero-main/service.env; stat -c %a ${HOME}/.zero-main/service.env`)).toBe(
      `ZERO_GATEWAY_TOKEN="${canary}"\n600\n`,
    );
    const health = await box.exec([process.execPath, path.join(BIN, 'zero.cjs'), '--profile', 'main', 'health', '--json'], {
      env: { ZERO_GATEWAY_TOKEN: canary },
    });
    expect(health.code, health.stdout).toBe(0);
  });

  it('puts the definition back when the repaired one does not come up', async () => {
    await sh(`sed -i 's/^TimeoutStopSec=.*/TimeoutStopSec=7/' ${UNIT}; systemctl --user daemon-reload`);
    const before = await sh(`cat ${UNIT}`);
    // With this the gateway ends at once, with 78: there is no good config to go back to.
    const config = `${HOME}/.zero-main/zero.json`;
    const kept = await sh(`cat ${config}`);
    await sh(`rm -rf ${HOME}/.zero-main/config-history; sed -i 's/"mode": "local"/"mode": "remote"/' ${config}`);
    const failed = await doctor('--fix');
    await sh(`cat > ${config} <<'END'\n${kept}END`);
    expect(failed.json<Report>().repairs).toMatchObject([{ repair: 'install', ok: false }]);
    expect(await sh(`cat ${UNIT}`)).toBe(before);
    expect((await doctor('--fix')).json<Report>().repairs).toContainEqual(
      expect.objectContaining({ repair: 'install', ok: true }),
    );
    expect((await sh('systemctl --user is-active zero-gateway-main')).trim()).toBe('active');
  });

  it('tells of a file system on which nothing can be written, or nothing more', async () => {
    const state = `${HOME}/.zero-main`;
    await sh(`mount --bind ${state} ${state}; mount -o remount,ro,bind ${state}`, 'root');
    const readOnly = (await doctor()).json<Report>();
    await sh(`umount ${state}`, 'root');
    expect(codes(readOnly)).toContain('state-dir-read-only');
    expect((await zero('--profile', 'tiny', 'setup', '--json')).code).toBe(0);
    await sh(`mount -t tmpfs -o size=64k,mode=700,uid=$(id -u tester) none ${HOME}/.zero-tiny`, 'root');
    const full = await zero('--profile', 'tiny', 'doctor', '--json');
    await sh(`umount ${HOME}/.zero-tiny`, 'root');
    expect([full.code, codes(full.json<Report>())]).toEqual([1, expect.arrayContaining(['disk-full'])]);
  });

  it('leaves alone, and tells, what only the definition has', async () => {
    await sh(`sed -i '/^ExecStart=/a Environment=MY_OWN=1' ${UNIT}; systemctl --user daemon-reload`);
    const report = (await doctor('--fix')).json<Report>();
    expect(report.repairs).toEqual([]);
    expect(codes(report)).toEqual(expect.arrayContaining(['gateway-definition-drift', 'gateway-custom-environment']));
    expect(await sh(`cat ${UNIT}`)).toContain('MY_OWN=1');
    await sh(`sed -i '/MY_OWN/d' ${UNIT}; systemctl --user daemon-reload`);
  });

  it('moves a gateway from the unit of an older name to its own', async () => {
    expect((await polygate('--product', 'openclaw', 'setup', '--json')).code).toBe(0);
    expect((await polygate('--product', 'openclaw', 'gateway', 'install', '--json')).code).toBe(0);
    await sh(
      `cd ${UNITS}; systemctl --user disable --now openclaw-gateway; mv openclaw-gateway.service clawdbot-gateway.service; systemctl --user daemon-reload; systemctl --user enable --now clawdbot-gateway`,
    );
    const found = (await polygate('--product', 'openclaw', 'doctor', '--json')).json<Report>();
    expect(found.findings).toContainEqual(expect.objectContaining({ code: 'service-legacy-name', repair: 'migrate' }));
    // One that does not come up changes nothing.
    const [older, config] = [`${UNITS}/clawdbot-gateway.service`, `${HOME}/.openclaw/openclaw.json`];
    const before = await sh(`cat ${older}`);
    await sh(
      `rm -rf ${HOME}/.openclaw/config-history; cp -p ${config} ${config}.kept; sed -i 's/"mode": "local"/"mode": "remote"/' ${config}`,
    );
    const failed = (await polygate('--product', 'openclaw', 'doctor', '--fix', '--json')).json<Report>();
    await sh(`mv ${config}.kept ${config}`);
    expect(failed.repairs).toContainEqual(expect.objectContaining({ repair: 'migrate', ok: false }));
    expect([await sh(`cat ${older}`), await sh(`ls ${UNITS}`)]).toEqual([
      before,
      expect.not.stringContaining('openclaw-gateway'),
    ]);
    expect((await sh('systemctl --user is-enabled clawdbot-gateway')).trim()).toBe('enabled');
    const fixed = await polygate('--product', 'openclaw', 'doctor', '--fix', '--json');
    const report = fixed.json<Report>();
    expect(report.repairs, fixed.stderr).toMatchObject([{ repair: 'migrate', ok: true }]);
    expect([fixed.code, serious(report)]).toEqual([0, []]);
    expect(await sh(`ls ${UNITS}`)).not.toContain('clawdbot');
    expect((await sh('systemctl --user is-active openclaw-gateway')).trim()).toBe('active');
  });

  it('never takes a healthy gateway of another product for an older name', async () => {
    expect((await polygate('--product', 'clawdbot', 'setup', '--json')).code).toBe(0);
    expect((await polygate('--product', 'clawdbot', 'gateway', 'install', '--json')).code).toBe(0);
    const fixed = await polygate('--product', 'openclaw', 'doctor', '--fix', '--deep', '--json');
    const report = fixed.json<Report>();
    expect([report.repairs, serious(report)]).toEqual([[], []]);
    expect(fixed.stdout + fixed.stderr).not.toContain('clawdbot');
    expect((await sh('systemctl --user is-active clawdbot-gateway openclaw-gateway')).trim()).toBe('active\nactive');
  });

  it('looks at a service of the system as its account, and leaves the repair to root with the line to type', async () => {
    const unit = '/etc/systemd/system/zero-gateway-sys.service';
    const root = (...args: string[]) =>
      box.exec([process.execPath, path.join(BIN, 'zero.cjs'), '--profile', 'sys', ...args], { as: 'root' });
    expect((await zero('--profile', 'sys', 'setup', '--json')).code).toBe(0);
    expect((await root('gateway', 'install', '--system', '--user-name', 'tester')).code).toBe(0);
    const look = (...args: string[]) => zero('--profile', 'sys', 'doctor', '--deep', '--json', ...args);
    const well = await look();
    expect([well.code, serious(well.json<Report>())]).toEqual([0, []]);
    await sh(`sed -i 's/^Restart=.*/Restart=no/' ${unit}; systemctl daemon-reload`, 'root');
    const report = (await look('--fix')).json<Report>();
    expect(codes(report)).toEqual(expect.arrayContaining(['gateway-definition-drift', 'systemd-restart-policy']));
    expect(report.repairs).toMatchObject([{ repair: 'install', ok: false }]);
    expect(report.repairs?.[0]?.message).toMatch(/sudo .* doctor --fix --system --user-name tester/);
    expect(await sh(`cat ${unit}`)).toContain('Restart=no');
  });
});
