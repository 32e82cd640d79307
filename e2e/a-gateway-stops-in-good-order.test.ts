import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { newWorld } from './support/world.ts';

describe('a gateway that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'says goodbye on %s, closes with 1012, exits with 0 and gives its place up',
    async (signal) => {
      const world = await newWorld();
      const gateway = await startGateway(world);
      const { client } = await gateway.client();
      gateway.running.kill(signal);
      expect((await client.event('shutdown')).payload).toMatchObject({ reason: expect.any(String) });
      expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' });
      expect(await gateway.running.exited).toEqual({ code: 0, signal: null });
      expect(existsSync(`${gateway.stateDir}/gateway.lock`)).toBe(false);
      expect(existsSync(`${gateway.configPath}.owner`)).toBe(false);
    },
  );

  it('ends by the command that a service of Windows is stopped with, which leaves word for its launcher first', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const mark = `${world.home}/x.stop`;
    const told = await world.zero('--profile', 'main', 'gateway', 'shutdown', '--mark', mark, '--json');
    expect(told.json()).toMatchObject({ ok: true, action: 'stop', result: 'stopped' });
    expect(existsSync(mark)).toBe(true);
    expect(await gateway.running.exited).toEqual({ code: 0, signal: null });
  });

  it('serves on when nobody reads what it prints any more, and stops in good order', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    gateway.running.stopReading();
    // Each is a line, by which the pipe breaks: that the signal is ignored, and that it stops.
    gateway.running.kill('SIGUSR1');
    expect((await client.request('1', 'health')).ok).toBe(true);
    expect((await gateway.client()).hello.ok).toBe(true);
    gateway.running.kill('SIGTERM');
    expect(await gateway.running.exited).toEqual({ code: 0, signal: null });
  });

  it('does not wait for a client that never answers the close', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    client.pause();
    const began = Date.now();
    gateway.running.kill('SIGTERM');
    expect((await gateway.running.exited).code).toBe(0);
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  it('ignores SIGUSR1, which would open the inspector of an unprepared Node', async () => {
    const gateway = await startGateway(await newWorld());
    gateway.running.kill('SIGUSR1');
    await gateway.running.readUntil(/SIGUSR1 ignored/);
    expect(gateway.running.stderr).not.toMatch(/Debugger listening/);
    const { client } = await gateway.client();
    expect((await client.request('1', 'health')).ok).toBe(true);
  });
});
