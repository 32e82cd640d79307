import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fixturePath, unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { alive, type Mac, newMac, whyNoLaunchd } from '../support/launchd.ts';
import { ROOT } from '../support/world.ts';

const whyNot = whyNoLaunchd();
const LONG_MS = 180_000;
const TOKEN = '0123456789abcdef0123456789abcdef';

function put(mac: Mac, file: string, content: string, mode = 0o644): void {
  mkdirSync(path.dirname(mac.at(file)), { recursive: true });
  writeFileSync(mac.at(file), content, { mode });
}

/** Stands in for the program of the product: like the real one, it leaves the port to a child. */
const launcher = (product: string, home: string) => `
const { spawn } = require('node:child_process');
const args = ['--product', '${product}', 'gateway', 'run', '--program', 'reference', ...process.argv.slice(3)];
// A home of its own for what it records: another program's records are not Polygate's.
const env = { ...process.env, POLYGATE_HOME: '${home}/stand-in' };
const child = spawn(process.execPath, ['${path.join(ROOT, 'packages/cli/bin/polygate.cjs')}', ...args], { stdio: 'inherit', env });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
`;

/** The plist of a generation of the family, as its own code wrote it, with the paths of this test; loaded. */
async function layDown(mac: Mac, product: string, generation: string, label: string): Promise<string> {
  const port = mac.firstPort;
  const here = (text: string) =>
    text
      .replaceAll('/Users/ana', mac.home)
      .replaceAll('/opt/homebrew/bin/node', process.execPath)
      .replaceAll('/opt/homebrew/lib', mac.at('lib'))
      .replaceAll('TOKEN-OF-THE-SAMPLE', TOKEN)
      .replaceAll('19789', String(port));
  const sample = (file: string) => here(readFileSync(fixturePath('plists', generation, file), 'utf8'));
  for (const name of ['entry.js', 'index.js']) put(mac, `lib/node_modules/${product}/dist/${name}`, launcher(product, mac.home));
  const config = { gateway: { mode: 'local', port, auth: { mode: 'token', token: TOKEN } } };
  put(mac, `.${product}-rescue/${product}.json`, JSON.stringify(config), 0o600);
  for (const folder of [`.${product}-rescue/logs`, `Library/Logs/${product}`]) mkdirSync(mac.at(folder), { recursive: true });
  if (existsSync(fixturePath('plists', generation, `${label}.env`))) {
    put(mac, `.${product}-rescue/service-env/${label}.env`, sample(`${label}.env`), 0o600);
    put(mac, `.${product}-rescue/service-env/${label}-env-wrapper.sh`, '. "$1"\nshift\nexec "$@"\n', 0o700);
  }
  const plist = sample(`${label}.plist`);
  put(mac, `Library/LaunchAgents/${label}.plist`, plist);
  expect((await mac.launchctl('bootstrap', 'gui/501', mac.agent(label))).code).toBe(0);
  return plist;
}

describe('a gateway that the tools of its product installed on a Mac', () => {
  it.skipIf(whyNot !== undefined).each([
    ['clawdbot', 'clawdbot-2026.1.24-3', 'com.clawdbot.rescue', 'gateway-token-embedded'],
    ['openclaw', 'openclaw-2026.9.6', 'ai.openclaw.rescue', 'launchd-fatal-restarts'],
  ])(
    unless(whyNot, '%s of %s is taken over, and given back to the byte'),
    async (product, generation, label, code) => {
      const mac = await newMac();
      const was = await layDown(mac, product, generation, label);
      const ours = (...args: string[]) => mac.polygate('--product', product, '--profile', 'rescue', 'gateway', ...args, '--json');
      const status = async () =>
        (await ours('status')).json<{ verdict: string; service: { configAudit: { issues: { code: string }[] } } }>();
      for (const end = Date.now() + 60_000; (await status()).verdict !== 'healthy' && Date.now() < end; ) await delay(100);
      expect((await status()).service.configAudit.issues.map((issue) => issue.code)).toContain(code);

      const adopted = await ours('adopt');
      expect(adopted.json(), adopted.stderr).toMatchObject({
        ok: true,
        result: 'adopted',
        service: { name: label, loaded: true },
      });
      expect(adopted.json<{ pid?: number }>().pid).toBeGreaterThan(0);
      const plist = readFileSync(mac.agent(label), 'utf8');
      expect(plist).not.toContain(TOKEN);
      expect(plist).toContain('<string>guard</string>');
      expect(await status()).toMatchObject({ verdict: 'healthy', service: { configAudit: { ok: true } } });

      const back = await ours('adopt', '--undo');
      expect(back.json(), back.stderr).toMatchObject({ ok: true, result: 'restored' });
      expect(readFileSync(mac.agent(label), 'utf8')).toBe(was);
      expect(await status()).toMatchObject({ verdict: 'healthy' });
    },
    LONG_MS,
  );
});

describe('the supervisor as a job of launchd', () => {
  it.skipIf(whyNot !== undefined)(
    unless(whyNot, 'is started again when it is killed, and goes on with what it ran'),
    async () => {
      const mac = await newMac();
      // What the supervisor starts is a program of this machine: both look for what Polygate keeps in one place then.
      mac.env.POLYGATE_HOME = mac.home;
      await mac.zero('--profile', 'one', 'setup');
      const installed = await mac.zero('supervisor', 'install', '--json');
      expect(installed.json(), installed.stderr).toMatchObject({ result: 'installed', service: { manager: 'launchd-agent' } });
      const job = async () => Number(/^\tpid = (\d+)$/m.exec((await mac.launchctl('print', 'gui/501/polygate')).stdout)?.[1]);
      interface Ps {
        supervisor: { pid: number } | null;
        instances: { pid: number; verdict: string }[];
      }
      const ps = async (holds: (seen: Ps) => boolean) => {
        for (const end = Date.now() + 60_000; ; await delay(100)) {
          const seen = (await mac.zero('ps', '--json')).json<Ps>();
          if (holds(seen)) return seen;
          if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(seen, null, 2)}`);
        }
      };
      const well = ({ supervisor, instances }: Ps) => supervisor !== null && instances[0]?.verdict === 'healthy';
      const before = await ps(well);
      expect(before.supervisor?.pid).toBe(await job());
      process.kill(await job(), 'SIGKILL');
      const after = await ps((seen) => well(seen) && seen.supervisor?.pid !== before.supervisor?.pid);
      expect(after.instances[0]?.pid).toBe(before.instances[0]?.pid);

      const removed = await mac.zero('supervisor', 'uninstall', '--json');
      expect(removed.json(), removed.stderr).toMatchObject({ result: 'uninstalled' });
      expect(existsSync(mac.agent('polygate'))).toBe(false);
      // Nothing that it ran is left behind.
      expect(alive(before.instances[0]?.pid ?? 0)).toBe(false);
    },
    LONG_MS,
  );
});
