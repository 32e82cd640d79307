import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { listenTcp } from './support/tcp-server.ts';
import { emptyWorld, newWorld } from './support/world.ts';

const SYSTEMD = existsSync('/run/systemd/system') ? 'this machine runs systemd: a host without one cannot be shown' : undefined;

describe('exit codes', () => {
  it('0: done, healthy, or nothing to do', async () => {
    const world = await newWorld();
    await startGateway(world);
    for (const args of [['version'], ['gateway', 'status'], ['health'], ['status'], ['setup']]) {
      expect((await world.zero('--profile', 'main', ...args)).code, args.join(' ')).toBe(0);
    }
    // Stopping what does not run is done already.
    expect((await world.zero('--profile', 'ghost', 'gateway', 'stop')).code).toBe(0);
  });

  it('1: failed', async () => {
    const world = await newWorld();
    await startGateway(world);
    const unknown = await world.zero('--profile', 'main', 'gateway', 'call', 'no.such.method', '--json');
    expect(unknown.code).toBe(1);
    expect(unknown.json()).toMatchObject({ error: { code: 'GATEWAY_REFUSED', details: { code: 'INVALID_REQUEST' } } });
    expect((await world.zero('--profile', 'main', 'gateway', 'stop', '--json')).json()).toMatchObject({
      error: { code: 'GATEWAY_STILL_RUNNING' },
    });
  });

  it('2: asked wrong', async () => expect((await (await newWorld()).zero('--no-such-option')).code).toBe(2));

  it('3: not running', async () => {
    const world = await emptyWorld();
    for (const args of [['gateway', 'status'], ['health'], ['status'], ['logs']])
      expect((await world.zero(...args)).code, args.join(' ')).toBe(3);
  });

  it('4: cannot tell', async () => {
    const world = await newWorld();
    await startGateway(world);
    expect((await world.zero('--profile', 'main', 'gateway', 'status', '--no-probe')).code).toBe(4);
  });

  it.skipIf(SYSTEMD)(unless(SYSTEMD, '69: there is no such service manager'), async () => {
    const world = await newWorld();
    await world.zero('setup');
    const refused = await world.zero('gateway', 'install', '--manager', 'systemd-user', '--json');
    expect(refused.code).toBe(69);
    expect(refused.json()).toMatchObject({ error: { code: 'MANAGER_MISSING', hint: expect.stringContaining('own supervisor') } });
  });

  it('69: it runs and does not answer as it should', async () => {
    const world = await newWorld();
    await world.zero('setup');
    await listenTcp(world.firstPort, (socket) => socket.end('220 not a gateway\r\n'));
    expect((await world.zero('gateway', 'status')).code).toBe(69);
    expect((await world.zero('health')).code).toBe(69);
  });

  it('75: try again', async () => {
    const world = await newWorld();
    await startGateway(world);
    expect((await world.zero('--profile', 'main', 'gateway')).code).toBe(75);
  });

  it('77: the wrong secret', async () => {
    const world = await newWorld();
    await startGateway(world);
    expect((await world.zero('--profile', 'main', 'health', '--token', 'wrong-one')).code).toBe(77);
    expect((await world.run(world.command('--profile', 'main', 'health'), { ZERO_GATEWAY_TOKEN: 'wrong-one' })).code).toBe(77);
  });

  it('78: fatal configuration', async () => {
    const world = await newWorld();
    await world.zero('setup');
    await writeFile(world.at('.zero/zero.json'), '{]');
    for (const args of [['gateway'], ['setup'], ['gateway', 'status']])
      expect((await world.zero(...args)).code, args.join(' ')).toBe(78);
  });
});
