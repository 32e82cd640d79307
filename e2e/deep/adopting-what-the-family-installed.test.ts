import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fixturePath } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedAsPublished } from '../support/schemas.ts';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const POLYGATE = path.join(ROOT, 'packages/cli/bin/polygate.cjs');
const HOME = '/home/tester';
const UNITS = `${HOME}/.config/systemd/user`;
const UNIT = `${UNITS}/clawdbot-gateway-rescue.service`;
const STATE = `${HOME}/.clawdbot-rescue`;
const RECORD = `${HOME}/.local/state/polygate/adopted/systemd-user-clawdbot-gateway-rescue.json`;
const TOKEN = '0123456789abcdef0123456789abcdef';
const reason = whyNoBox();
let box: SystemdBox;

/** The unit as the installer of January wrote it, with the paths of this box. */
const captured = readFileSync(fixturePath('units', 'clawdbot-2026.1.24-3.service'), 'utf8')
  .replaceAll('/home/ana', HOME)
  .replaceAll('/opt/node-22.12.0/bin/node', process.execPath);

/** Stands in for the program of the product: like the real one, it leaves the port to a child. */
const launcher = (product: string) => `
const { existsSync } = require('node:fs');
const { spawn } = require('node:child_process');
if (existsSync('${HOME}/refuse') && !/^2026/.test(process.env.CLAWDBOT_SERVICE_VERSION)) {
  console.error('error: not with this supervisor');
  process.exit(1);
}
const args = ['--product', '${product}', 'gateway', 'run', '--program', 'reference', ...process.argv.slice(3)];
// A home of its own for what it records: another program's records are not Polygate's.
const env = { ...process.env, POLYGATE_HOME: '${HOME}/stand-in' };
const child = spawn(process.execPath, ['${POLYGATE}', ...args], { stdio: 'inherit', env });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
`;

const sh = async (script: string) => {
  const done = await box.exec(['sh', '-ec', script]);
  expect(done.code, done.stderr).toBe(0);
  return done.stdout;
};
const put = (file: string, content: string, mode = '644') =>
  box.exec(['sh', '-ec', 'mkdir -p "$(dirname "$1")"; cat > "$1"; chmod "$2" "$1"', 'sh', file, mode], { input: content });
const polygate = async (...args: string[]) =>
  finishedAsPublished(args.slice(2), await box.exec([process.execPath, POLYGATE, ...args]));
const rescue = (...args: string[]) => polygate('--product', 'clawdbot', '--profile', 'rescue', ...args, '--json');

interface Row {
  verdict: string;
  process: { pid: number } | null;
  instance: { program: unknown };
  service: { runtime: { pid: number }; configAudit: { issues: { code: string }[] } };
  extraServices: { label: string; product: string; legacy?: boolean; audit?: { code: string }[] }[];
  system: { label: string; product: string; account: string; stateDir: string; port: number; audit: { code: string }[] }[];
}
const status = async (...args: string[]) => (await rescue('gateway', 'status', ...args)).json<Row>();
async function layDown(product: string, unit: string, text: string, config: string, port = 19_789): Promise<void> {
  await put(`${HOME}/.npm-global/lib/node_modules/${product}/dist/entry.js`, launcher(product));
  await put(config, JSON.stringify({ gateway: { mode: 'local', port, auth: { mode: 'token', token: TOKEN } } }), '600');
  await put(`${UNITS}/${unit}`, text);
  await sh(`systemctl --user daemon-reload; systemctl --user enable --now ${unit}`);
}
async function untilHealthy(ask: () => Promise<Row> = status): Promise<Row> {
  const end = Date.now() + 20_000;
  for (;;) {
    const row = await ask();
    if (row.verdict === 'healthy') return row;
    if (Date.now() > end) throw new Error(`not healthy: ${JSON.stringify(row, null, 2)}`);
  }
}

describe.skipIf(reason !== undefined)(`a unit that the family's January installer wrote${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: true });
    await layDown('clawdbot', 'clawdbot-gateway-rescue.service', captured, `${STATE}/clawdbot.json`);
    await put(`${UNIT}.d/mine.conf`, '[Service]\nEnvironment=EXTRA=1\n');
    await sh('systemctl --user daemon-reload; systemctl --user restart clawdbot-gateway-rescue');
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('is seen for what it is, with what is wrong with it, and no secret is shown', async () => {
    await untilHealthy();
    const seen = await rescue('gateway', 'status', '--deep');
    expect(seen.stdout).not.toContain(TOKEN);
    const row = seen.json<Row>();
    expect(row.service.configAudit.issues.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['gateway-token-embedded', 'systemd-kill-mode-process-or-none', 'systemd-restart-policy']),
    );
    expect(row.extraServices).toEqual([]);
  });

  it('is taken over on paper first: every file and command, no secret, and nothing is touched', async () => {
    const dry = await rescue('gateway', 'adopt', '--dry-run');
    expect(dry.code, dry.stderr + dry.stdout).toBe(0);
    expect(dry.stdout).not.toContain(TOKEN);
    const { plan } = dry.json<{ plan: { files: { path: string; content: string }[]; commands: string[][] } }>();
    expect(plan.files.map((file) => file.path)).toEqual([
      RECORD,
      `${HOME}/.config/polygate/instances/clawdbot/rescue.json`,
      `${STATE}/service.env`,
      UNIT,
    ]);
    expect(plan.commands.at(-1)).toEqual(['systemctl', '--user', 'restart', 'clawdbot-gateway-rescue.service']);
    expect(await sh(`cat ${UNIT}`)).toBe(captured);
  });

  it('stays as it is when its program does not start under the new definition', async () => {
    const before = await status();
    await sh(`touch ${HOME}/refuse`);
    const failed = await rescue('gateway', 'adopt');
    await sh(`rm ${HOME}/refuse`);
    expect([failed.code, failed.json()]).toMatchObject([69, { error: { code: 'SERVICE_NOT_HEALTHY' } }]);
    expect(await sh(`cat ${UNIT}`)).toBe(captured);
    expect(await sh(`find ${HOME}/.local/state ${HOME}/.config/polygate ${STATE}`)).not.toMatch(/rescue\.json|service\.env/);
    expect((await untilHealthy()).service.runtime.pid).not.toBe(before.service.runtime.pid);
  });

  it('becomes ours: its program, port and drop-ins stay, its token is in a file that only the account may read', async () => {
    const before = await status();
    const adopted = await rescue('gateway', 'adopt');
    expect(adopted.code, adopted.stdout + adopted.stderr).toBe(0);
    expect(adopted.json()).toMatchObject({ ok: true, action: 'adopt', result: 'adopted', kept: [RECORD] });
    expect(adopted.stdout).not.toContain(TOKEN);
    const after = await status();
    expect(after).toMatchObject({
      verdict: 'healthy',
      gateway: { port: 19_789, portSource: 'service args' },
      instance: { program: { command: [process.execPath, expect.stringContaining('clawdbot/dist/entry.js'), 'gateway'] } },
      service: { overrides: [{ path: `${UNIT}.d/mine.conf` }] },
    });
    expect(after.service.runtime.pid).not.toBe(before.service.runtime.pid);
    const unit = await sh(`cat ${UNIT}`);
    expect(unit).toContain('Type=exec\n');
    expect(unit).toContain('KillMode=mixed\n');
    expect(unit).not.toContain(TOKEN);
    expect(await sh(`stat -c %a ${STATE}/service.env ${RECORD}`)).toBe('600\n600\n');
    expect(await sh(`cat ${STATE}/service.env`)).toBe(`CLAWDBOT_GATEWAY_TOKEN="${TOKEN}"\n`);
  });

  it('has nothing to adopt any more, and nothing that an install would change', async () => {
    expect((await rescue('gateway', 'adopt')).json()).toMatchObject({ ok: true, result: 'already-adopted' });
    expect((await rescue('gateway', 'install')).json()).toMatchObject({ result: 'already-installed', drift: false });
    expect((await rescue('gateway', 'install', '--check')).code).toBe(0);
  });

  it('is given back, as it was to the byte, and runs', async () => {
    const back = await rescue('gateway', 'adopt', '--undo');
    expect(back.code, back.stdout + back.stderr).toBe(0);
    expect(back.json()).toMatchObject({ ok: true, result: 'restored' });
    expect(await sh(`cat ${UNIT}`)).toBe(captured);
    expect(await sh(`stat -c %a ${UNIT}; systemctl --user is-enabled clawdbot-gateway-rescue`)).toBe('644\nenabled\n');
    expect(await sh(`find ${STATE} ${HOME}/.config/polygate`)).not.toMatch(/service\.env|rescue\.json/);
    expect((await status()).verdict).toBe('healthy');
    expect((await rescue('gateway', 'adopt', '--undo')).json()).toMatchObject({ error: { code: 'NOTHING_ADOPTED' } });
  });

  it('is no sibling to be cleaned up: only what is nobody’s is an extra service, and what the system has is told too', async () => {
    const other = captured.replaceAll('rescue', 'lost').replace('19789', '20789');
    await put(`${UNITS}/my-bot.service`, other);
    await box.exec(['sh', '-ec', 'cat > /etc/systemd/system/bot.service'], {
      as: 'root',
      input: other
        .replace('[Service]', '[Service]\nUser=tester')
        .replaceAll('CLAWDBOT', 'OPENCLAW')
        .replaceAll('clawdbot', 'openclaw'),
    });
    const done = await polygate('--product', 'openclaw', 'gateway', 'status', '--deep', '--json');
    expect(done.stdout).not.toContain(TOKEN);
    const row = done.json<Row>();
    expect(row.extraServices).toMatchObject([{ label: 'my-bot', product: 'clawdbot', profile: 'lost', port: 20_789 }]);
    expect(row.extraServices[0]?.legacy).toBeUndefined();
    expect(row.extraServices[0]?.audit?.map(({ code }) => code)).toContain('gateway-token-embedded');
    const text = (await polygate('--product', 'openclaw', 'gateway', 'status', '--deep')).stdout;
    expect(text).toContain('Another user service: my-bot (clawdbot/lost, port 20789)');
    expect(text).toContain('Another system service: bot (openclaw/lost, port 20789)');
    expect(text).not.toContain(TOKEN);
    expect(row.system).toMatchObject([{ label: 'bot', product: 'openclaw', account: 'tester', port: 20_789 }]);
    await sh(`rm ${UNITS}/my-bot.service`);
  });

  it('of the newest generation brings along the file that its secrets are in, and is refused while it says what only systemd knows', async () => {
    await sh('systemctl --user disable --now clawdbot-gateway-rescue');
    const state = `${HOME}/.openclaw-rescue`;
    const newest = readFileSync(fixturePath('units', 'openclaw-2026.9.6.service'), 'utf8')
      .replaceAll('/home/ana', HOME)
      .replaceAll('/opt/node-22.12.0/bin/node', process.execPath)
      .replace('dist/index.js', 'dist/entry.js')
      .replaceAll('19789', '21789')
      .replace('Environment=HOME', `EnvironmentFile=-${state}/gateway.systemd.env\nMemoryMax=1G\nEnvironment=HOME`);
    await put(`${state}/gateway.systemd.env`, `OPENCLAW_GATEWAY_TOKEN=${TOKEN}\nMODEL_KEY='a b'\n`, '600');
    await layDown('openclaw', 'openclaw-gateway-rescue.service', newest, `${state}/openclaw.json`, 21_789);
    const openclaw = (...args: string[]) => polygate('--product', 'openclaw', '--profile', 'rescue', ...args, '--json');
    const adopted = await openclaw('gateway', 'adopt');
    expect(adopted.code, adopted.stdout + adopted.stderr).toBe(0);
    expect(adopted.json()).toMatchObject({ result: 'adopted', warnings: [expect.stringContaining('MemoryMax=1G')] });
    expect(await sh(`cat ${UNITS}/openclaw-gateway-rescue.service`)).toContain('TimeoutStopSec=330');
    expect(await sh(`cat ${state}/service.env`)).toBe(`OPENCLAW_GATEWAY_TOKEN="${TOKEN}"\nMODEL_KEY="a b"\n`);
    expect((await openclaw('gateway', 'status')).json()).toMatchObject({ verdict: 'healthy' });
    expect((await openclaw('gateway', 'install', '--check')).code).toBe(0);
    expect((await openclaw('gateway', 'adopt', '--undo')).json()).toMatchObject({ result: 'restored' });
    expect(await sh(`cat ${UNITS}/openclaw-gateway-rescue.service`)).toBe(newest);
    expect(await sh(`ls ${state}`)).not.toContain('service.env');
    await sh(`sed -i 's#${HOME}/.npm-global#%h/.npm-global#' ${UNITS}/openclaw-gateway-rescue.service`);
    expect((await openclaw('gateway', 'adopt')).json()).toMatchObject({ error: { code: 'SERVICE_NOT_ADOPTABLE' } });
    await sh('systemctl --user disable --now openclaw-gateway-rescue');
  });

  it('of a product that was renamed moves to the name of today, and back', async () => {
    const renamed = captured
      .replaceAll('CLAWDBOT_', 'OPENCLAW_')
      .replaceAll('node_modules/clawdbot', 'node_modules/openclaw')
      .replaceAll('.clawdbot-rescue/clawdbot.json', '.openclaw/openclaw.json')
      .replaceAll('.clawdbot-rescue', '.openclaw')
      .replace('PROFILE=rescue', 'PROFILE=default')
      .replace('SERVICE_MARKER=clawdbot', 'SERVICE_MARKER=openclaw')
      .replace('clawdbot-gateway-rescue.service', 'clawdbot-gateway.service');
    await layDown('openclaw', 'clawdbot-gateway.service', renamed, `${HOME}/.openclaw/openclaw.json`);
    await put(`${UNITS}/clawdbot-gateway.service.d/mine.conf`, '[Service]\nEnvironment=EXTRA=1\n');
    const openclaw = (...args: string[]) => polygate('--product', 'openclaw', ...args, '--json');
    const seen = (await openclaw('gateway', 'status')).json<Row>();
    expect(seen.extraServices).toMatchObject([{ label: 'clawdbot-gateway', product: 'openclaw', legacy: true }]);
    const adopted = await openclaw('gateway', 'adopt');
    expect(adopted.code, adopted.stdout + adopted.stderr).toBe(0);
    const files = `cd ${UNITS}; find . -name '*claw*gateway.service*' -o -name mine.conf -path '*gateway.service.d*' | sort`;
    expect(await sh(files)).toBe(
      './default.target.wants/openclaw-gateway.service\n./openclaw-gateway.service\n./openclaw-gateway.service.d\n./openclaw-gateway.service.d/mine.conf\n',
    );
    expect(await sh(`cat ${UNITS}/openclaw-gateway.service`)).toContain('OPENCLAW_SYSTEMD_UNIT=openclaw-gateway.service');
    expect((await openclaw('gateway', 'status')).json()).toMatchObject({ verdict: 'healthy', extraServices: [] });
    expect((await openclaw('gateway', 'adopt', '--undo')).json()).toMatchObject({ ok: true, result: 'restored' });
    expect(await sh(files)).toBe(
      './clawdbot-gateway.service\n./clawdbot-gateway.service.d\n./clawdbot-gateway.service.d/mine.conf\n./default.target.wants/clawdbot-gateway.service\n',
    );
    expect(await sh(`cat ${UNITS}/clawdbot-gateway.service`)).toBe(renamed);
  });
});
