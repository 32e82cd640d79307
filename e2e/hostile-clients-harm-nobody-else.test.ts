import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { connectNode } from './support/node.ts';
import { connectParams } from './support/raw-client.ts';
import { afterTest, newWorld } from './support/world.ts';

const DEEP = 100_000;
const nested = '['.repeat(DEEP) + ']'.repeat(DEEP);

describe('a client that means harm', () => {
  it('cannot crash the gateway with values that are nested without end', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    const node = await connectNode(gateway, 'phone');
    const asking = client.request('ask', 'node.invoke', {
      nodeId: 'phone',
      command: 'camera.snap',
      idempotencyKey: 'k',
      timeoutMs: 20_000,
    });
    const call = await node.event('node.invoke.request');
    const { id, nodeId } = call.payload as { id: string; nodeId: string };
    const result = { id, nodeId, ok: true };
    node.send(
      `{"type":"req","id":"1","method":"node.invoke.result","params":${JSON.stringify(result).slice(0, -1)},"payload":${nested}}}`,
    );
    expect((await node.frame((f) => f.id === 'invalid')).error?.code).toBe('INVALID_REQUEST');
    node.send({ type: 'req', id: '2', method: 'node.invoke.result', params: { ...result, payloadJSON: nested } });
    // What is no JSON that can be passed on stays text.
    expect((await asking).payload).toMatchObject({ ok: true, payload: { payloadJSON: nested } });
    expect((await client.request('still', 'health')).ok).toBe(true);
  });

  it('is one connection however many hellos it sends at once, and what it asks behind its hello is answered', async () => {
    const gateway = await startGateway(await newWorld());
    const { client: watcher } = await gateway.client();
    const hello = (id: string) => ({ type: 'req', id, method: 'connect', params: connectParams(gateway.token) });
    const { socket, frames } = await inOneChunk(gateway, [
      hello('first'),
      hello('second'),
      { type: 'req', id: 'third', method: 'health' },
    ]);
    const answers = await frames(['first', 'second', 'third']);
    expect(answers.get('first')).toContain('hello-ok');
    expect(answers.get('second')).toContain('connect is only valid as the first request');
    expect(answers.get('third')).toContain('"ok":true');
    socket.destroy();
    expect((await watcher.request('still', 'health')).ok).toBe(true);
  });

  it('gets one guess of the secret from each socket', async () => {
    const gateway = await startGateway(await newWorld());
    const guess = (id: string, token: string) => ({ type: 'req', id, method: 'connect', params: connectParams(token) });
    const { until, frames } = await inOneChunk(gateway, [guess('wrong', 'x'), guess('right', gateway.token)]);
    // The answer, and the close frame after it.
    await until((text) => text.split('token mismatch').length > 2);
    const answers = await frames(['wrong']);
    expect([...answers.keys()]).toEqual(['wrong']);
  });

  it('that does not say hello in time is let go of, wherever it stopped, and nobody else is', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    await world.zero('--profile', 'main', 'config', 'set', 'gateway.handshakeTimeoutMs', '400');
    const gateway = await startGateway(world);
    const { client } = await gateway.client();
    const silent = await gateway.socket();
    const request = upgradeRequest();
    const stopped = ['', request.slice(0, 40), request.slice(0, -2)].map((text) => {
      const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text));
      afterTest(async () => socket.destroy());
      socket.on('error', () => undefined);
      return new Promise((resolve) => socket.resume().once('close', resolve));
    });
    expect((await silent.closed).code).toBe(1000);
    await Promise.all(stopped);
    expect((await client.request('still', 'health')).ok).toBe(true);
    expect((await gateway.client()).hello.ok).toBe(true);

    // Who said it in time is not late because the gateway was.
    const early = await gateway.socket();
    await early.event('connect.challenge');
    gateway.running.kill('SIGSTOP');
    const hello = early.request('hello', 'connect', connectParams(gateway.token));
    await delay(600);
    gateway.running.kill('SIGCONT');
    expect((await hello).ok).toBe(true);
  });

  it('whose machine is gone without a word is cut off, and nobody that still answers', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    await world.zero('--profile', 'main', 'config', 'set', 'gateway.pingIntervalMs', '100');
    const gateway = await startGateway(world);
    const { client } = await gateway.client();
    // Not a byte comes from it after its hello: to the gateway, that is a cable that was pulled.
    const hello = { type: 'req', id: 'hello', method: 'connect', params: connectParams(gateway.token) };
    const { socket, frames } = await inOneChunk(gateway, [hello]);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    expect((await frames(['hello'])).get('hello')).toContain('hello-ok');
    await gone;
    expect((await client.request('still', 'health')).ok).toBe(true);
  });

  it('that comes when there is no room is told when to come again', async () => {
    const gateway = await startGateway(await newWorld());
    const head = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(gateway.port, '127.0.0.1', () => socket.write(upgradeRequest()));
        afterTest(async () => socket.destroy());
        socket.once('data', (chunk) => resolve(chunk.toString('latin1'))).once('error', reject);
      });
    // On a busy machine the first of them are slow enough already to give way to the last.
    let refused: string | undefined;
    for (let tries = 0; refused === undefined && tries < 20; tries += 1)
      refused = (await Promise.all(Array.from({ length: 60 }, head))).find((text) => !text.startsWith('HTTP/1.1 101'));
    expect(refused).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n[\s\S]*Retry-After: 1\r\n/);
  });

  it('that is turned away at the door holds no socket open', async () => {
    const gateway = await startGateway(await newWorld());
    // It never ends its own side.
    const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
    afterTest(async () => socket.destroy());
    socket.on('error', () => undefined);
    socket.write(upgradeRequest('Origin: https://evil.example\r\n'));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => socket.once('end', resolve));
    expect(text).toContain('403');
    // A closed socket answers with a reset; one that is held open swallows it.
    const reset = new Promise((resolve) => socket.once('error', resolve));
    const timer = setInterval(() => socket.write('x'), 20);
    expect(await reset).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    clearInterval(timer);
  });
});

const upgradeRequest = (more = '') =>
  `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

/** Sends frames in one write, once the socket is a WebSocket. */
async function inOneChunk(gateway: TestGateway, sent: unknown[]) {
  const socket: Socket = connect(gateway.port, '127.0.0.1');
  afterTest(async () => socket.destroy());
  socket.on('error', () => undefined);
  let text = '';
  let wake = () => {};
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    wake();
  });
  const until = async (isThere: (text: string) => boolean) => {
    while (!isThere(text)) await new Promise<void>((resolve) => (wake = resolve));
  };
  socket.write(upgradeRequest());
  await until(() => text.includes('connect.challenge'));
  socket.write(Buffer.concat(sent.map((frame) => maskedFrame(JSON.stringify(frame)))));
  const seen = () =>
    new Map([...text.matchAll(/\{"type":"res","id":"(\w+)".*?(?=\{"type":"res"|$)/gs)].map((m) => [m[1] as string, m[0]]));
  return {
    socket,
    until,
    /** The answers, when all of these are there. */
    async frames(ids: string[]) {
      await until(() => ids.every((id) => seen().has(id)));
      return seen();
    },
  };
}

function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
