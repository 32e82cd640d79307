import { mkdir } from 'node:fs/promises';
import { type Finished, privateNetwork, startCommand, unless, whyNoNetwork } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { peer, runPeer } from '../support/peers.ts';
import { afterTest, newWorld, type World } from '../support/world.ts';

type Cli = (...args: string[]) => Promise<Finished>;

const whyNot = whyNoNetwork();
const JANUARY = 'clawdbot-2026.1.24-3';

/** Our gateway under the name of that product, and the product's own command beside it: in one network with loopback only. */
async function side(
  profile: string,
): Promise<{ world: World; port: number; cli: Cli; cliFrom(home: string, env?: Record<string, string>): Cli; polygate: Cli }> {
  const world = await newWorld({ POLYGATE_FIRST_PORT: '18789' });
  const network = await privateNetwork();
  afterTest(() => network.release());
  const ours = (...args: string[]) => [...world.command(), '--product', 'clawdbot', '--profile', profile, ...args];
  const setUp = await world.run(ours('setup', '--program', 'reference', '--json'));
  const { ports } = setUp.json<{ instance: { ports: { gateway: number } } }>().instance;
  const running = startCommand(network.inside(ours('gateway', 'run')), { env: world.env, cwd: world.home });
  afterTest(() => running.stop());
  await running.readUntil(/listening on/);
  const from =
    (home: string, env: Record<string, string> = {}) =>
    (...args: string[]) =>
      runPeer(peer(JANUARY), ['--profile', profile, ...args], { home, env, inside: network.inside });
  return {
    world,
    port: ports.gateway,
    cli: from(world.home),
    cliFrom: from,
    polygate: (...args) => world.run(network.inside(ours(...args))),
  };
}

/** The first JSON value in what was printed: that generation prints other text around it. */
function jsonIn<T>({ stdout }: Finished): T {
  const at = stdout.search(/^[{[]/m);
  return JSON.parse(stdout.slice(at)) as T;
}

describe.skipIf(whyNot !== undefined)(unless(whyNot, 'the command of clawdbot 2026.1.24-3 with our gateway'), () => {
  it('calls health', async () => {
    const { cli } = await side('rescue');
    const called = await cli('gateway', 'call', 'health');
    expect(called.code).toBe(0);
    expect(jsonIn(called)).toMatchObject({ ok: true, defaultAgentId: 'main' });
    expect(jsonIn(await cli('health', '--json'))).toMatchObject({ ok: true, agents: [{ agentId: 'main' }] });
  });

  it('finds it running and answering, on its port, with its config', async () => {
    const { cli, world, port } = await side('rescue');
    const seen = jsonIn<Record<string, Record<string, unknown>>>(await cli('gateway', 'status', '--json'));
    expect(seen).toMatchObject({
      config: { cli: { path: world.at('.clawdbot-rescue/clawdbot.json'), exists: true, valid: true } },
      port: { port, status: 'busy' },
      rpc: { ok: true, url: `ws://127.0.0.1:${port}` },
    });
  });

  it('shows its status, for people and for scripts', async () => {
    const { cli } = await side('rescue');
    const text = await cli('status');
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/Gateway.*reachable/);
    expect(jsonIn(await cli('status', '--json'))).toMatchObject({ gateway: { reachable: true, error: null } });
  });

  it('probes it: reachable, with presence, health, status and config', async () => {
    const { cli } = await side('rescue');
    const probed = jsonIn<{ ok: boolean; targets: { connect: object; health: object; presence: object[]; config: object }[] }>(
      await cli('gateway', 'probe', '--json'),
    );
    expect(probed.ok).toBe(true);
    expect(probed.targets[0]).toMatchObject({ connect: { ok: true, error: null }, health: { ok: true } });
    expect(probed.targets[0]?.presence.length).toBeGreaterThan(0);
    expect(probed.targets[0]?.config).not.toBeNull();
  });

  it('stays few entries of presence however often it asks', async () => {
    const { cli, polygate } = await side('rescue');
    await cli('gateway', 'call', 'health');
    await cli('gateway', 'call', 'health');
    const presence = (await polygate('gateway', 'call', 'system-presence')).json<{ mode: string }[]>();
    expect(presence.length).toBeLessThanOrEqual(4);
  });

  it('is refused with a wrong token, and told so', async () => {
    const { cliFrom, port, world } = await side('rescue');
    // In a home of its own: where it was let in before, it would come with the token of its device.
    const stranger = world.at('stranger');
    await mkdir(stranger);
    // By the environment: the option --token of `gateway call` is taken by its parent command in that generation.
    const refused = await cliFrom(stranger, { CLAWDBOT_GATEWAY_TOKEN: 'wrong', CLAWDBOT_GATEWAY_PORT: String(port) })('health');
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/unauthorized: gateway token mismatch/);
  });
});
