import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { emptyWorld, newWorld, type World } from './support/world.ts';

/** Runs with --json in any place and expects exactly one JSON document on stdout. */
async function json(world: World, ...args: string[]): Promise<Record<string, unknown>> {
  const result = await world.zero(...args);
  const document = result.json();
  // Pretty, or on one line among the lines of a stream; nothing before it and nothing after.
  expect([JSON.stringify(document, null, 2), JSON.stringify(document)]).toContain(result.stdout.trimEnd());
  return document;
}

describe('--json', () => {
  it('is one document with a version on every command that succeeds', async () => {
    const world = await newWorld();
    await startGateway(world);
    const versioned = [
      ['version'],
      ['paths'],
      ['profiles', 'list'],
      ['profiles', 'list', '--probe'],
      ['profiles'],
      ['--profile', 'main', 'setup'],
      ['--profile', 'two', 'onboard', '--non-interactive'],
      ['--profile', 'main', 'gateway', 'status'],
      ['--profile', 'main', 'status'],
      ['status', '--all'],
      ['completion', 'bash'],
      ['--profile', 'main', 'gateway', 'install', '--dry-run'],
    ];
    for (const args of versioned) expect(await json(world, ...args, '--json'), args.join(' ')).toHaveProperty('schemaVersion', 1);
    // The family's own shapes, and more.
    expect(await json(world, '--profile', 'main', 'health', '--json')).toMatchObject({
      ok: true,
      schemaVersion: 1,
      channels: {},
      agents: [{ agentId: 'main' }],
    });
    const asked = await json(world, '--profile', 'main', 'gateway', 'call', 'status', '--json');
    expect(asked).toHaveProperty('sessions');
    const { linkChannel, heartbeat, channelSummary, sessions } = asked;
    expect(await json(world, '--profile', 'main', 'status', '--json')).toMatchObject({
      gateway: { reachable: true, misconfigured: false, error: null },
      os: { platform: process.platform },
      ...{ linkChannel, heartbeat, channelSummary, sessions },
    });
  });

  it('is one document with code, message and hint on every command that fails', async () => {
    const world = await emptyWorld();
    const failures: [string[], string][] = [
      [['nonsense'], 'USAGE'],
      [['gateway', 'nonsense'], 'USAGE'],
      [['--profile', '..', 'paths'], 'PROFILE_NAME_INVALID'],
      [['health'], 'GATEWAY_NOT_RUNNING'],
      [['gateway', 'call', 'health'], 'GATEWAY_NOT_RUNNING'],
      [['logs'], 'GATEWAY_NOT_RUNNING'],
      [['gateway', 'start'], 'SERVICE_NOT_INSTALLED'],
      [['up', 'ghost'], 'PROFILE_UNKNOWN'],
      [['--profile', 'ghost', 'gateway', '--bind', 'lan'], 'CONFIG_MISSING'],
      [['completion', 'tcsh'], 'OPTION_INVALID'],
      [['onboard', '--mode', 'remote'], 'OPTION_INVALID'],
      [['setup', '--port', '1', '--port', '2'], 'OPTION_REPEATED'],
    ];
    for (const [args, code] of failures) {
      const document = await json(world, '--json', ...args);
      expect(document, args.join(' ')).toMatchObject({
        ok: false,
        error: { code, message: expect.any(String), hint: expect.any(String) },
      });
    }
  });

  it('is accepted before and after the words, but only once', async () => {
    const world = await newWorld();
    expect(await json(world, '--json', 'profiles', 'list')).toHaveProperty('instances');
    expect(await json(world, 'profiles', '--json', 'list')).toHaveProperty('instances');
    expect(await json(world, 'profiles', 'list', '--json')).toHaveProperty('instances');
    expect(await json(world, '--json', 'profiles', 'list', '--json')).toMatchObject({ error: { code: 'OPTION_REPEATED' } });
  });

  it('prints one object a line for what streams', async () => {
    const world = await newWorld();
    await startGateway(world);
    const logs = await world.zero('--profile', 'main', 'logs', '--json');
    const lines = logs.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; message?: string });
    expect(lines[0]).toMatchObject({
      type: 'meta',
      cursor: expect.any(Number),
      file: expect.stringContaining('.zero-main/logs/gateway-'),
    });
    expect(lines.slice(1)).toContainEqual(
      expect.objectContaining({ type: 'log', level: 'info', message: expect.stringContaining('listening on') }),
    );
  });
});
