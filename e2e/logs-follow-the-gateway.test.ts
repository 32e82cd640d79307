import { appendFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { newWorld } from './support/world.ts';

describe('logs', () => {
  it('follow what the gateway writes, through a stop and a new start', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const follow = world.start('--profile', 'main', 'logs', '--follow', '--interval', '50');
    await follow.readUntil(/listening on/);
    await gateway.running.stop();
    await follow.readUntil(/stopping: gateway stopping/);
    await world.start('--profile', 'main', 'gateway').readUntil(/listening on/);
    await follow.readUntil(/stopped[\s\S]*listening on/);
    follow.kill('SIGINT');
    expect((await follow.exited).code).toBe(0);
  });

  it('are told by the gateway itself, to who knows nothing but its address and its token', async () => {
    const gateway = await startGateway(await newWorld());
    const elsewhere = await newWorld({ ZERO_GATEWAY_TOKEN: gateway.token });
    const follow = elsewhere.start('logs', '--follow', '--interval', '50', '--url', gateway.url);
    await follow.readUntil(/listening on/);
    gateway.running.kill('SIGUSR1');
    await follow.readUntil(/SIGUSR1 ignored/);
    follow.kill('SIGINT');
    expect((await follow.exited).code).toBe(0);
  });

  it('are read from the file when the gateway is down, the last lines first asked for, whole lines only', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    await gateway.running.stop();
    const file = `${gateway.stateDir}/logs/gateway-${new Date().toISOString().slice(0, 10)}.log`;
    const line = (i: number) =>
      JSON.stringify({ level: 'info', time: '2026-01-01T00:00:00.000Z', msg: `line ${i} ${'é'.repeat(50)}` });
    await appendFile(file, `${Array.from({ length: 20_000 }, (_, i) => line(i)).join('\n')}\nnot json\n{"torn":`);
    const last = await world.zero('--profile', 'main', 'logs', '--limit', '3');
    expect(
      last.stdout
        .trimEnd()
        .split('\n')
        .map((l) => l.replace(/é+/, '')),
    ).toEqual(['2026-01-01T00:00:00.000Z info line 19998 ', '2026-01-01T00:00:00.000Z info line 19999 ', 'not json']);
  });

  it('are on the terminal too with --verbose: who came, who was refused, who went', async () => {
    const gateway = await startGateway(await newWorld(), 'main', '--verbose');
    const { client } = await gateway.client();
    await gateway.running.readUntil(/connected: cli/);
    const stranger = await gateway.socket();
    stranger.send({ type: 'req', id: '1', method: 'connect', params: {} });
    await gateway.running.readUntil(/refused: invalid connect params/);
    client.close();
    await gateway.running.readUntil(/disconnected \(1005\)/);
    expect(gateway.running.stdout + gateway.running.stderr).not.toContain(gateway.token);
  });
});
