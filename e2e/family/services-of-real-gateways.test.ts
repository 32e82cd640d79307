import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unless } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peer } from '../support/peers.ts';
import { PEER_OF, programOf } from '../support/real-fleet.ts';
import { finishedAsPublished } from '../support/schemas.ts';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const POLYGATE = path.join(ROOT, 'packages/cli/bin/polygate.cjs');
const SCRIPT = path.join(ROOT, 'fixtures/programs/january-script.sh');
const whyNot = whyNoBox();
const INSTALLED = ['clawdbot/rescue', 'openclaw/rescue'];
let box: SystemdBox;

interface Status {
  verdict: string;
  reason: string;
  process: { pid: number } | null;
  instance: { ports: { gateway: number } };
  port: { listeners: { pid: number }[] };
}

const parts = (id: string) => id.split('/') as [string, string];
const unitOf = (id: string) => `${id.replace('/', '-gateway-')}.service`;
const of = async (id: string, ...args: string[]) => {
  const [product, profile] = parts(id);
  return finishedAsPublished(
    args,
    await box.exec([process.execPath, POLYGATE, '--product', product, '--profile', profile, ...args], { timeoutMs: 600_000 }),
  );
};
/** The product's own command in the box, with nothing in its environment but what an account has. */
const own = (id: string, ...args: string[]) => {
  const [product, profile] = parts(id);
  const { node, entry } = peer(PEER_OF[product] as string);
  return box.exec([node, entry, '--profile', profile, ...args], { timeoutMs: 400_000 });
};
const status = async (id: string) => (await of(id, 'gateway', 'status', '--json')).json<Status>();
const sh = async (script: string) => (await box.exec(['sh', '-c', script])).stdout;
const mainPid = async (id: string) => Number((await sh(`systemctl --user show -P MainPID ${unitOf(id)}`)).trim());

async function untilHealthy(id: string, timeoutMs = 500_000): Promise<Status> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await status(id);
    if (seen.verdict === 'healthy') return seen;
    if (Date.now() > end) throw new Error(`${id} is ${seen.verdict}: ${JSON.stringify(seen, null, 2)}`);
    await delay(500);
  }
}

/**
 * January's gateways compile for minutes when /tmp is empty. That such a start is left to end is a trap of its own; here what
 * others on this machine compiled is in /tmp from each boot on.
 */
async function warm(): Promise<void> {
  const compiled = path.join(tmpdir(), 'jiti');
  if (!existsSync(compiled)) return;
  const copy = path.join(ROOT, 'node_modules/.cache/jiti');
  await cp(compiled, copy, { recursive: true });
  const lines = `C /tmp/jiti - - - - ${copy}\nZ /tmp/jiti 0755 tester tester\n`;
  const file = '/etc/tmpfiles.d/warm.conf';
  const done = await box.exec(['sh', '-c', `cat > ${file}; systemd-tmpfiles --create ${file}`], { as: 'root', input: lines });
  expect(done.code, done.stderr).toBe(0);
}

describe.skipIf(whyNot !== undefined)(unless(whyNot, 'real gateways as services of an account'), () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: true });
    await warm();
  }, 300_000);
  afterAll(() => box?.down(), 120_000);

  it.each(INSTALLED)('%s is installed, and answers', async (id) => {
    const [product] = parts(id);
    const made = await of(id, 'onboard', '--non-interactive', '--accept-risk', '--json', '--program', programOf(product));
    expect(made.code, made.stdout).toBe(0);
    const installed = await of(id, 'gateway', 'install', '--json');
    expect(installed.code, installed.stdout).toBe(0);
    await untilHealthy(id);
  });

  it.each(INSTALLED)('%s: its unit gives it what its version wants, and the main process is the gateway', async (id) => {
    const unit = await sh(`systemctl --user cat ${unitOf(id)}`);
    expect(unit).toMatch(/_NO_RESPAWN=1$/m);
    expect(unit).toContain('KillMode=mixed');
    if (id.startsWith('openclaw')) {
      expect(unit).toContain('OPENCLAW_SUPERVISOR_MODE=external');
      expect(unit).toContain('TimeoutStopSec=330');
      expect(unit).toContain('RestartPreventExitStatus=78 79');
    }
    const { process, port } = await status(id);
    expect(process?.pid).toBe(await mainPid(id));
    expect(port.listeners.map(({ pid }) => pid)).toContain(process?.pid);
  });

  it.each(INSTALLED)('%s whose main process is killed comes back, and nothing of the old one is left', async (id) => {
    const before = await mainPid(id);
    await sh(`kill -9 ${before}`);
    await expect.poll(() => mainPid(id), { timeout: 300_000, interval: 300 }).not.toBe(before);
    const { process } = await untilHealthy(id);
    expect(process?.pid).toBe(await mainPid(id));
  });

  it('the newest one leaves services alone: its own install refuses', async () => {
    const [product = ''] = parts('openclaw/rescue');
    const { node, entry } = peer(PEER_OF[product] as string);
    const refused = await box.exec([node, entry, '--profile', 'rescue', 'gateway', 'install', '--json'], {
      env: { OPENCLAW_SUPERVISOR_MODE: 'external' },
    });
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/external/i);
  });

  it('install --force does something: theirs of January keeps the old port, ours takes the new one', async () => {
    const id = 'clawdbot/rescue';
    const { ports } = (await status(id)).instance;
    const port = ports.gateway + 400;
    const theirs = await own(id, 'gateway', 'install', '--force', '--port', String(port), '--json');
    expect(theirs.stdout).toContain('already-installed');
    expect(await sh(`systemctl --user cat ${unitOf(id)}`)).toContain(`--port ${ports.gateway}`);
    const ours = await of(id, 'gateway', 'install', '--force', '--port', String(port), '--json');
    expect(ours.code, ours.stdout).toBe(0);
    expect(await sh(`systemctl --user cat ${unitOf(id)}`)).toContain(`--port ${port}`);
    expect((await untilHealthy(id)).instance.ports.gateway).toBe(port);
  });

  describe('after a reboot', () => {
    beforeAll(() => box.reboot(), 300_000);

    it.each(INSTALLED)('%s is up again, on its port', async (id) => {
      const { instance, port, process } = await untilHealthy(id);
      expect(process?.pid).toBe(await mainPid(id));
      expect(port).toMatchObject({ port: instance.ports.gateway, status: 'busy' });
    });
  });

  it.each(['clawdbot/script', 'openclaw/script'])(
    '%s: a shell script of January reads the same of an install and an uninstall, by either command',
    async (id) => {
      const [product, profile] = parts(id);
      const made = await of(id, 'onboard', '--non-interactive', '--accept-risk', '--json', '--program', programOf(product));
      expect(made.code, made.stdout).toBe(0);
      const { node, entry } = peer(PEER_OF[product] as string);
      const theirs = [node, entry, '--profile', profile];
      const ours = [process.execPath, POLYGATE, '--product', product, '--profile', profile];
      const read = async (what: string, cli: readonly string[]) => {
        const options = { env: { JSON_NODE: process.execPath }, timeoutMs: 600_000 };
        const { stdout } = await box.exec([SCRIPT, what, ...cli], options);
        return stdout.trim().split('\n');
      };
      const installed = await read('install', theirs);
      expect(installed).toContain('result="installed"');
      const again = await read('install', theirs);
      const gone = await read('uninstall', theirs);
      expect(gone).toContain('result="uninstalled"');
      expect(await read('install', ours)).toEqual(installed);
      expect(await read('install', ours)).toEqual(again);
      expect(await read('uninstall', ours)).toEqual(gone);
    },
  );

  it.each(['clawdbot/work', 'openclaw/work'])('%s: the unit of their own gateway install is taken over', async (id) => {
    for (const other of INSTALLED) await of(other, 'gateway', 'stop');
    const onboard = [
      'onboard',
      '--non-interactive',
      '--accept-risk',
      '--mode',
      'local',
      '--auth-choice',
      'skip',
      '--gateway-port',
    ];
    const port = id.startsWith('openclaw') ? '21500' : '20500';
    const rest = ['--gateway-bind', 'loopback', '--gateway-auth', 'token', '--gateway-token', 'a-token-of-theirs', '--json'];
    const skip = ['channels', 'daemon', 'health', 'ui', 'skills'].map((what) => `--skip-${what}`);
    expect(await own(id, ...onboard, port, ...rest, ...skip)).toMatchObject({ code: 0 });
    const installed = await own(id, 'gateway', 'install', '--json');
    expect(installed.stdout + installed.stderr).toMatch(/"ok": true/);
    const theirs = await sh(`systemctl --user cat ${unitOf(id)}`);
    expect(theirs).not.toContain('NO_RESPAWN');
    await untilHealthy(id);

    const adopted = await of(id, 'gateway', 'adopt', '--json');
    expect(adopted.code, adopted.stdout + adopted.stderr).toBe(0);
    const seen = await untilHealthy(id);
    expect(seen.instance.ports.gateway).toBe(Number(port));
    const unit = await sh(`systemctl --user cat ${unitOf(id)}`);
    expect(unit).toMatch(/_NO_RESPAWN=1/);
    expect(unit).not.toContain('a-token-of-theirs');
    // January's own unit leaves an orphan on the port when its main process is killed, and never comes back.
    const before = await mainPid(id);
    await sh(`kill -9 ${before}`);
    await expect.poll(() => mainPid(id), { timeout: 300_000, interval: 300 }).not.toBe(before);
    await untilHealthy(id);
    await of(id, 'gateway', 'stop');
  });
});
