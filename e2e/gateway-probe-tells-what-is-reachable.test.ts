import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { asPublished } from './support/schemas.ts';
import { listenTcp } from './support/tcp-server.ts';
import { newWorld } from './support/world.ts';

interface Reach {
  ok: boolean;
  primaryTargetId: string | null;
  warnings: { code: string }[];
  targets: { id: string; connect: { ok: boolean; error: string | null; outcome: string }; health: { ok: boolean } | null }[];
}

describe('gateway probe', () => {
  it('tells of a gateway that runs how it is, in the shape of the family, and shows no secret', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const probed = await world.zero('--profile', 'main', 'gateway', 'probe', '--json');
    expect(probed.code).toBe(0);
    const document = asPublished(probed.json<Reach>(), 'gateway-probe');
    expect(document).toMatchObject({
      ok: true,
      timeoutMs: 3000,
      primaryTargetId: 'localLoopback',
      warnings: [],
      network: { localLoopbackUrl: gateway.url },
      targets: [
        {
          id: 'localLoopback',
          url: gateway.url,
          active: true,
          tunnel: null,
          connect: { ok: true, latencyMs: expect.any(Number), error: null, close: null },
          self: { version: expect.any(String), platform: process.platform },
          health: { ok: true },
          summary: { channelSummary: [] },
        },
      ],
    });
    expect(probed.stdout).not.toContain(gateway.token);
    expect((await world.zero('--profile', 'main', 'gateway', 'probe')).stdout).toMatch(
      /^localLoopback \(ws:.*\): reached in \d+ ms/,
    );
  });

  it('fails only where nothing is reachable, and says why', async () => {
    const world = await newWorld();
    const probe = async (...args: string[]) => {
      const { code, json } = await world.zero('--profile', 'main', 'gateway', 'probe', '--json', ...args);
      const document = asPublished(json<Reach>(), 'gateway-probe');
      return { code, ok: document.ok, outcomes: document.targets.map(({ connect }) => connect.outcome) };
    };
    await world.zero('--profile', 'main', 'setup');
    expect(await probe()).toEqual({ code: 3, ok: false, outcomes: ['closed'] });
    const other = await startGateway(world, 'other');
    expect(await probe('--url', other.url)).toEqual({ code: 77, ok: false, outcomes: ['unauthorized', 'closed'] });
    expect(await probe('--url', other.url, '--token', other.token)).toEqual({ code: 0, ok: true, outcomes: ['ok', 'closed'] });
    const silent = world.firstPort + 900;
    await listenTcp(silent, () => undefined);
    expect(await probe('--url', `ws://127.0.0.1:${silent}`, '--timeout', '300')).toEqual({
      code: 69,
      ok: false,
      outcomes: ['silent', 'closed'],
    });
  });

  it('knows the gateway that the config names, and warns where two answer', async () => {
    const world = await newWorld();
    const other = await startGateway(world, 'other');
    const gateway = await startGateway(world, 'main');
    const config = JSON.parse(await readFile(gateway.configPath, 'utf8')) as { gateway: Record<string, unknown> };
    config.gateway.remote = { url: other.url, token: other.token };
    await writeFile(gateway.configPath, JSON.stringify(config));
    const { json, stdout } = await world.zero('--profile', 'main', 'gateway', 'probe', '--json');
    expect(asPublished(json<Reach>(), 'gateway-probe')).toMatchObject({
      primaryTargetId: 'configRemote',
      warnings: [{ code: 'multiple_gateways', targetIds: ['configRemote', 'localLoopback'] }],
    });
    for (const secret of [other.token, gateway.token]) expect(stdout).not.toContain(secret);
  });
});
