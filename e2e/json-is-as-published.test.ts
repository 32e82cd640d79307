import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { doubleOfBrowser } from './support/browser.ts';
import { newDevice } from './support/device.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { answering, connectNode } from './support/node.ts';
import { RawClient } from './support/raw-client.ts';
import { asPublished, commandOf, mismatches, PRINTED_BY, PUBLISHED } from './support/schemas.ts';
import { newWorld, type World } from './support/world.ts';

/** What needs a service manager to succeed is checked in the same way in two-services-under-systemd.test.ts. */
const NEED_A_MANAGER = [
  ...['gateway start', 'gateway restart', 'gateway uninstall', 'gateway guard'],
  ...['supervisor install', 'supervisor uninstall'],
];

/** What needs a phone: checked in the same way in channels-bring-messages.test.ts. */
const NEED_A_PHONE = ['channels login', 'channels logout'];

const covered = new Set<string>();

/** Runs a command that prints documents of one schema. */
async function succeeds(world: World, schema: string, ...args: string[]): Promise<void> {
  const command = commandOf(args) ?? '';
  covered.add(command);
  expect(PRINTED_BY[command], command).toContain(schema);
  const { stdout } = await world.zero(...args, '--json');
  if (schema === 'log-line') linesAsPublished(stdout, schema);
  else asPublished(JSON.parse(stdout), schema);
}

function linesAsPublished(stdout: string, schema: string): void {
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) asPublished(JSON.parse(line), schema);
}

/** A device from elsewhere that asks to be let in. */
async function waitingDevice(gateway: TestGateway): Promise<{ id: string; requestId: string }> {
  const device = newDevice();
  const client = await RawClient.open(gateway.url, { headers: { 'X-Forwarded-For': '203.0.113.7' } });
  const { error } = await client.request('1', 'connect', await device.connect(client, gateway.token));
  await client.closed;
  return { id: device.id, requestId: String(error?.details?.requestId) };
}

describe('what --json prints', () => {
  it('has schemas that are found: one for each kind of document, and every command names some', () => {
    expect(PUBLISHED.length).toBeGreaterThan(10);
    expect(Object.values(PRINTED_BY).flat().sort()).toEqual(
      expect.arrayContaining(PUBLISHED.filter((name) => name !== 'failure' && name !== 'help')),
    );
    // The test of the test: a field that is missing and one that has no name are both noticed.
    expect(mismatches({ ok: true, schemaVersion: 1, version: '1', extra: 1 }, 'version')).toEqual([
      expect.stringContaining("must have required property 'node'"),
      expect.stringContaining('must NOT have additional properties'),
    ]);
  });

  it('is as published, and names every field, on every command that succeeds', async () => {
    const world = await newWorld();
    await succeeds(world, 'gateway-status', '--profile', 'main', 'gateway', 'status');
    const gateway = await startGateway(world);
    const runs: [schema: string, ...args: string[]][] = [
      ['version', 'version'],
      ['completion', 'completion', 'bash'],
      ['paths', '--profile', 'main', 'paths'],
      ['paths', '--profile', 'main', 'paths', '--port', '20789'],
      ['setup', '--profile', 'main', 'setup'],
      ['setup', '--profile', 'two', 'setup', '--program', 'reference'],
      ['onboard', '--profile', 'three', 'onboard', '--non-interactive'],
      ['onboard', '--profile', 'three', 'configure', '--non-interactive'],
      ['service-change', '--profile', 'three', 'gateway', 'shutdown'],
      ['instance-list', 'profiles', 'list'],
      ['instance-list', 'profiles', 'list', '--probe'],
      ['profiles-audit', 'profiles', 'audit'],
      ['doctor', '--profile', 'main', 'doctor'],
      ['doctor', '--profile', 'main', 'doctor', '--deep', '--fix'],
      ['instance-list', 'profiles'],
      ['instance-list', 'status', '--all'],
      ['gateway-status', '--profile', 'main', 'gateway', 'status'],
      ['gateway-status', '--profile', 'main', 'gateway', 'status', '--deep'],
      ['gateway-status', '--profile', 'main', 'gateway', 'status', '--no-probe'],
      ['gateway-status', '--profile', 'two', 'gateway', 'status'],
      ['status', '--profile', 'main', 'status'],
      ['status', '--profile', 'two', 'status'],
      ['health', '--profile', 'main', 'health'],
      ['health', '--profile', 'main', 'gateway', 'health'],
      ['call-result', '--profile', 'main', 'gateway', 'call', 'status'],
      ['gateway-probe', '--profile', 'main', 'gateway', 'probe'],
      ['gateway-probe', '--profile', 'two', 'gateway', 'probe'],
      ['log-line', '--profile', 'main', 'logs'],
      ['log-line', 'logs', 'main', '--since', '1h'],
      ['install-plan', '--profile', 'main', 'gateway', 'install', '--dry-run'],
      ['service-change', '--profile', 'two', 'gateway', 'stop'],
      ['config', '--profile', 'main', 'config', 'get'],
      ['config', '--profile', 'main', 'config', 'get', 'gateway.port'],
      ['config-check', '--profile', 'main', 'config', 'validate'],
      ['config-change', '--profile', 'main', 'config', 'set', 'ui.note', 'hello'],
      ['config-change', '--profile', 'main', 'config', 'set', 'ui', 'null'],
      ['config-history', '--profile', 'main', 'config', 'rollback', '--list'],
      ['config-history', '--profile', 'main', 'gateway', 'config', 'rollback', '--list'],
      ['rescue', 'rescue', 'main'],
      ['browser-status', '--profile', 'main', 'browser', 'status'],
      ['browser-profile-change', '--profile', 'main', 'browser', 'profiles', 'create', 'work'],
      ['browser-profile-change', '--profile', 'main', 'browser', 'profiles', 'create', 'work'],
      ['browser-profiles', '--profile', 'main', 'browser', 'profiles', 'list'],
      ['browser-profiles', '--profile', 'main', 'browser', 'profiles'],
      ['ports-check', '--profile', 'near', 'ports', 'check', '--port', String(world.firstPort + 20)],
      ['setup', '--profile', 'near', 'setup', '--port', String(world.firstPort + 20)],
      ['ports', 'ports'],
      ['ports', 'ports', 'list'],
      ['ports-check', 'ports', 'check'],
      ['port-suggestion', 'ports', 'suggest'],
      ['ports-freed', 'ports', 'free', String(world.firstPort + 500)],
      ['browser-profile-change', '--profile', 'main', 'browser', 'profiles', 'remove', 'work'],
      ['link', 'link', 'openclaw'],
      ['link', 'link', 'openclaw', '--remove', '--dry-run'],
      ['setup', 'profiles', 'create', 'four'],
      ['profile', 'profiles', 'show', 'main'],
      ['profile-change', 'profiles', 'clone', 'four', 'five', '--dry-run'],
      ['profile-change', 'profiles', 'clone', 'four', 'five'],
      ['profile-change', 'profiles', 'rename', 'five', 'six'],
      ['profile-change', 'profiles', 'remove', 'six', '--yes'],
    ];
    for (const [schema, ...args] of runs) await succeeds(world, schema, ...args);

    const [first, second] = [await waitingDevice(gateway), await waitingDevice(gateway)];
    const devices = (schema: string, ...args: string[]) => succeeds(world, schema, '--profile', 'main', 'devices', ...args);
    await devices('devices', 'list');
    await devices('device-change', 'reject', second.requestId);
    await devices('device-change', 'approve', first.requestId);
    await devices('devices', 'list');
    await devices('device-change', 'rotate', first.id, '--out', 'token.txt');
    await devices('device-change', 'revoke', first.id);
    await devices('device-change', 'remove', first.id);

    const node = await connectNode(gateway, 'phone-1', { displayName: 'Phone' });
    answering(node, () => ({ ok: true, payload: 2 }));
    const { client } = await gateway.client();
    for (const nodeId of ['attic', 'cellar']) await client.request(nodeId, 'node.pair.request', { nodeId });
    const nodes = (schema: string, ...args: string[]) => succeeds(world, schema, '--profile', 'main', 'nodes', ...args);
    const requests = (await world.zero('--profile', 'main', 'nodes', 'pending', '--json')).json<{
      pending: { requestId: string }[];
    }>();
    await nodes('node-requests', 'pending');
    await nodes('node-change', 'approve', requests.pending[0]?.requestId ?? '', '--out', 'node-token.txt');
    await nodes('node-change', 'reject');
    await nodes('node-change', 'rename', 'attic', 'Roof');
    await nodes('nodes', 'list');
    await nodes('node', 'describe', 'Phone');
    await nodes('node-answer', 'invoke', 'Phone', 'canvas.eval');

    const turns = (schema: string, ...args: string[]) => succeeds(world, schema, '--profile', 'main', ...args);
    await turns('agent-turn', 'agent', '--message', 'hi');
    await turns('agent-turn', 'agent', '--message', 'hi', '--no-wait');
    await turns('message-sent', 'message', 'send', '--channel', 'webchat', '--target', 'main', '--message', 'hi');
    await turns('channels', 'channels', 'status', '--probe');
    await turns('channels', 'channels');

    const executablePath = await doubleOfBrowser(world);
    await world.zero('--profile', 'main', 'config', 'set', 'browser.executablePath', executablePath);
    const browser = (schema: string, ...args: string[]) => succeeds(world, schema, '--profile', 'main', 'browser', ...args);
    await browser('browser-tabs', 'tabs');
    await browser('browser-tab', 'open', 'about:blank');
    await browser('browser-status', 'start');
    await browser('browser-tabs', 'tabs');
    await browser('browser-picture', 'screenshot');
    await browser('browser-status', 'status');
    await browser('browser-status', 'stop');

    const units = world.at('.config/systemd/user');
    await mkdir(units, { recursive: true });
    const unit = `[Service]\nExecStart=/usr/bin/zero gateway\nEnvironment=ZERO_SERVICE_MARKER=zero ZERO_PROFILE=two ZERO_API_KEY=x\n`;
    await writeFile(`${units}/zero-gateway-two.service`, unit);
    await writeFile(`${units}/stray.service`, unit.replace('=two', '=stray'));
    await succeeds(world, 'adopt-plan', '--profile', 'two', 'gateway', 'adopt', '--dry-run');
    await succeeds(world, 'adopt-plan', '--profile', 'two', 'adopt', 'zero-gateway-two', '--dry-run');
    await succeeds(world, 'gateway-status', '--profile', 'two', 'gateway', 'status', '--deep');

    // What a service of another profile left in the environment is dropped, and said so.
    const inherited = { ZERO_PROFILE: 'two', ZERO_SERVICE_MARKER: 'zero', ZERO_STATE_DIR: world.at('.zero-two') };
    const paths = await world.run(world.command('--profile', 'main', 'paths', '--json'), inherited);
    expect(asPublished(paths.json<{ dropped: object[] }>(), 'paths').dropped.length).toBeGreaterThan(0);

    await writeFile(world.at('.zero-two/zero.json'), '{ gateway: { port: "x", unheard: 1 } }');
    await succeeds(world, 'gateway-status', '--profile', 'two', 'gateway', 'status');
    await succeeds(world, 'status', '--profile', 'two', 'status');

    const up = world.start('up', 'three', '--json');
    await up.readUntil(/is ready/);
    up.kill('SIGTERM');
    await up.exited;
    covered.add('up');
    linesAsPublished(up.stdout, 'up-event');

    const fleet: [schema: string, ...args: string[]][] = [
      ['ps', 'ps'],
      ['supervisor', 'supervisor', 'status'],
      ['supervisor', 'supervisor', 'stop'],
      ['fleet-change', 'down'],
      ['fleet-change', 'up', '-d', 'three', '--wait'],
      ['ps', 'ps'],
      ['gateway-status', '--profile', 'three', 'gateway', 'status'],
      ['instance-list', 'status', '--all'],
      ['supervisor', 'supervisor', 'status'],
      ['supervisor', 'supervisor', 'reload'],
      ['top', 'top', '--count', '1'],
      ['fleet-change', 'restart', 'three', '--wait'],
      ['fleet-change', 'down', 'three'],
      ['fleet-change', 'up', '-d', 'three'],
    ];
    for (const [schema, ...args] of fleet) await succeeds(world, schema, ...args);
    const events = world.start('events', '--json');
    await expect
      .poll(async () => (await world.zero('restart', 'three', '--wait')).code === 0 && events.stdout.split('\n').length, {
        timeout: 50_000,
      })
      .toBeGreaterThan(2);
    await succeeds(world, 'supervisor', 'supervisor', 'stop');
    await events.exited;
    covered.add('events');
    linesAsPublished(events.stdout, 'supervisor-event');

    const run = world.start('--profile', 'three', 'gateway', 'run', '--json');
    await run.readUntil(/listening on/);
    await run.stop();
    covered.add('gateway run').add('gateway');
    expect(run.stdout).toBe('');

    expect([...covered, ...NEED_A_MANAGER, ...NEED_A_PHONE].sort()).toEqual(Object.keys(PRINTED_BY).sort());
  }, 240_000);

  it('is one document for help and --version too, and a failure where the command was forgotten', async () => {
    const world = await newWorld();
    for (const args of [['--help'], ['gateway', '--help'], ['gateway', 'status', '--help']]) {
      const { help } = asPublished((await world.run(world.command(...args, '--json'))).json<{ help: string }>(), 'help');
      expect(`${help.trimEnd()}\n`).toBe((await world.zero(...args)).stdout);
    }
    asPublished((await world.run(world.command('--version', '--json'))).json(), 'version');
    for (const args of [[], ['profiles', 'nonsense']]) {
      const forgotten = await world.zero(...args, '--json');
      expect(forgotten.code).toBe(2);
      asPublished(forgotten.json(), 'failure');
    }
  });

  it('is the published failure on every command that fails', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'idle', 'setup');
    // An option that no command has, and what can be asked in vain.
    const vain = Object.keys(PRINTED_BY).map((words) => [...words.split(' '), '--no-such-option']);
    const others = [
      ['nonsense'],
      ['--product', 'nobody', 'paths'],
      ['setup', '--port', '99999999'],
      ['gateway', 'install', '--manager', 'nobody'],
      ['gateway', 'start'],
      ['gateway', 'restart'],
      ['health'],
      ['gateway', 'call', 'health'],
      ['gateway', 'probe', '--timeout', 'x'],
      ['nodes', 'list'],
      ['logs'],
      ['status', '--timeout', 'x'],
      ['up', 'ghost'],
      ['restart'],
      ['top'],
      ['events'],
      ['supervisor', 'reload'],
      ['gateway', '--port', '99999999'],
      ['completion', 'tcsh'],
      ['ports', 'check', 'ghost'],
      ['ports', 'free', 'idle'],
      ['browser', 'profiles', 'create', 'No Name'],
      ['browser', 'profiles', 'remove', 'ghost'],
      ['browser', 'start'],
      ['browser', 'open', 'file:///etc/passwd'],
      ['browser', 'screenshot'],
    ];
    for (const args of [...vain, ...others]) {
      const failed = await world.zero('--profile', 'idle', '--json', ...args);
      expect(failed.code, args.join(' ')).not.toBe(0);
      asPublished(failed.json(), 'failure');
    }
  });
});
