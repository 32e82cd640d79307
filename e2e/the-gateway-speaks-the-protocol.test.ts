import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { connectParams, RawClient } from './support/raw-client.ts';
import { mismatches } from './support/wire-schema.ts';
import { newWorld } from './support/world.ts';

describe('the reference gateway', () => {
  it('greets with a challenge, answers connect with hello-ok, and serves its methods', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const { client, hello } = await gateway.client();

    expect(client.frames[0]).toMatchObject({
      type: 'event',
      event: 'connect.challenge',
      payload: { nonce: expect.any(String), ts: expect.any(Number) },
    });
    expect(mismatches('HelloOk', hello.payload)).toEqual([]);
    expect(hello.payload).toMatchObject({
      type: 'hello-ok',
      protocol: 3,
      snapshot: {
        stateDir: gateway.stateDir,
        configPath: gateway.configPath,
        stateVersion: { presence: expect.any(Number), health: expect.any(Number) },
      },
      policy: { maxPayload: 524_288, maxBufferedBytes: 1_572_864, tickIntervalMs: 30_000 },
    });
    const { features } = hello.payload as { features: { methods: string[] } };
    for (const method of ['health', 'status', 'system-presence', 'system-event', 'logs.tail'])
      expect(features.methods).toContain(method);

    const health = await client.request('1', 'health');
    expect(mismatches('HealthResult', health.payload)).toEqual([]);
    expect(mismatches('StatusResult', (await client.request('2', 'status', {})).payload)).toEqual([]);
    expect(mismatches('SystemPresenceResult', (await client.request('3', 'system-presence')).payload)).toEqual([]);
    const logs = await client.request('4', 'logs.tail', { limit: 5 });
    expect(mismatches('LogsTailResult', logs.payload)).toEqual([]);
    expect((logs.payload as { lines: string[] }).lines.join()).toContain('listening on');
  });

  it('tells every client who comes, who goes, and what is noted, in order without gaps', async () => {
    const gateway = await startGateway(await newWorld());
    const { client: watcher } = await gateway.client();
    const { client: visitor } = await gateway.client({
      client: { id: 'test', version: '1', platform: 'linux', mode: 'test', instanceId: 'visitor-1', displayName: 'Visitor' },
    });
    const present = (text: string) => watcher.frame((f) => f.event === 'presence' && JSON.stringify(f.payload).includes(text));
    await present('"reason":"connect","ts"');
    await visitor.request('1', 'system-event', { text: 'tea is ready', instanceId: 'note-1', tags: ['kitchen'] });
    await present('tea is ready');
    visitor.close();
    const gone = await present('"reason":"disconnect"');
    const { presence } = gone.payload as { presence: { instanceId?: string; reason?: string }[] };
    expect(presence.filter((p) => p.instanceId === 'visitor-1')).toEqual([expect.objectContaining({ reason: 'disconnect' })]);

    const seqs = watcher.frames.filter((f) => f.type === 'event' && f.event !== 'connect.challenge').map((f) => f.seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  const handshakes: [name: string, first: unknown, code: number, reason: RegExp, error: string | undefined][] = [
    ['malformed JSON', '{nonsense', 1008, /invalid request frame/, undefined],
    ['a binary frame', Buffer.from([1, 2, 3]), 1008, /invalid request frame/, undefined],
    ['an event', { type: 'event', event: 'x' }, 1008, /invalid request frame/, undefined],
    ['a numeric id', { type: 'req', id: 1, method: 'connect', params: {} }, 1008, /invalid request frame/, undefined],
    ['another method', { type: 'req', id: '1', method: 'health' }, 1008, /first request must be connect/, 'INVALID_REQUEST'],
    ['no params', { type: 'req', id: '1', method: 'connect' }, 1008, /invalid connect params: must be object/, 'INVALID_REQUEST'],
    [
      'empty params',
      { type: 'req', id: '1', method: 'connect', params: {} },
      1008,
      /required property 'minProtocol'/,
      'INVALID_REQUEST',
    ],
    ['a frame above maxPayload', 'x'.repeat(600_000), 1009, /.*/, undefined],
  ];
  it.each(handshakes)(
    'closes the socket on %s before hello, and goes on for others',
    async (_name, first, code, reason, error) => {
      const gateway = await startGateway(await newWorld());
      const { client: bystander } = await gateway.client();
      const client = await gateway.socket();
      client.send(first);
      const closed = await client.closed;
      expect(closed.code).toBe(code);
      expect(closed.reason).toMatch(reason);
      expect(client.frames.find((f) => f.type === 'res')?.error?.code).toBe(error);
      expect((await bystander.request('still', 'health')).ok).toBe(true);
    },
  );

  const refusals: [name: string, changes: Record<string, unknown>, code: number, message: string][] = [
    ['a wrong token', { auth: { token: 'wrong' } }, 1008, 'unauthorized: gateway token mismatch'],
    ['a token as password', { auth: { password: 'x' } }, 1008, 'unauthorized: gateway token missing'],
    ['an old protocol', { minProtocol: 1, maxProtocol: 2 }, 1002, 'protocol mismatch'],
    ['a newer protocol only', { minProtocol: 4, maxProtocol: 4 }, 1002, 'protocol mismatch'],
    [
      'an unknown client id',
      { client: { id: 'mine', version: '1', platform: 'x', mode: 'cli' } },
      1008,
      'invalid connect params: at /client/id',
    ],
    [
      'an unknown mode',
      { client: { id: 'cli', version: '1', platform: 'x', mode: 'operator' } },
      1008,
      'invalid connect params: at /client/mode',
    ],
    ['an unknown role', { role: 'king' }, 1008, 'invalid role'],
    ['an unknown key', { pad: 1 }, 1008, "unexpected property 'pad'"],
  ];
  it.each(refusals)('refuses %s with its reason', async (_name, changes, code, message) => {
    const gateway = await startGateway(await newWorld());
    const client = await gateway.socket();
    const answer = await client.request('1', 'connect', connectParams(gateway.token, changes));
    expect(answer).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
    expect(answer.error?.message).toContain(message);
    expect((await client.closed).code).toBe(code);
  });

  it('accepts a client that offers a range which includes protocol 3', async () => {
    const gateway = await startGateway(await newWorld());
    const { hello } = await gateway.client({ minProtocol: 1, maxProtocol: 99 });
    expect(hello.payload).toMatchObject({ protocol: 3 });
  });

  it('answers bad requests after hello and stays open', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    client.send('{nonsense');
    expect((await client.frame((f) => f.id === 'invalid')).error?.message).toContain('invalid request frame');
    expect((await client.request('1', 'no.such.method')).error).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'unknown method: no.such.method',
    });
    expect((await client.request('2', 'constructor')).error?.message).toBe('unknown method: constructor');
    expect((await client.request('3', 'connect', connectParams(gateway.token))).error?.message).toBe(
      'connect is only valid as the first request',
    );
    expect((await client.request('4', 'logs.tail', { limit: 'many' })).error?.message).toContain(
      'invalid logs.tail params: at /limit',
    );
    expect((await client.request('5', 'health')).ok).toBe(true);
  });

  it('keeps callers to their scopes', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client({ scopes: ['operator.read'] });
    expect((await client.request('1', 'status')).ok).toBe(true);
    expect((await client.request('2', 'system-event', { text: 'x' })).error).toMatchObject({
      details: { code: 'MISSING_SCOPE', scope: 'operator.admin' },
    });
    const { client: node } = await gateway.client({ role: 'node' });
    expect((await node.request('1', 'health')).ok).toBe(true);
    expect((await node.request('2', 'status')).ok).toBe(false);
  });

  it('cuts off a frame above maxPayload after hello, and nobody else', async () => {
    const gateway = await startGateway(await newWorld());
    const [{ client }, { client: other }] = [await gateway.client(), await gateway.client()];
    client.send({ type: 'req', id: '1', method: 'health', params: { pad: 'x'.repeat(600_000) } });
    expect((await client.closed).code).toBe(1009);
    expect((await other.request('2', 'health')).ok).toBe(true);
  });

  it('answers HTTP probes with JSON and everything else with 404, and lets no page of another origin in', async () => {
    const gateway = await startGateway(await newWorld());
    const get = async (route: string, init?: RequestInit) => {
      const response = await fetch(gateway.httpUrl + route, init);
      return {
        status: response.status,
        body: (await response.json().catch(() => undefined)) as unknown,
        cache: response.headers.get('cache-control'),
      };
    };
    expect(await get('/healthz')).toEqual({ status: 200, body: { ok: true, status: 'live' }, cache: 'no-store' });
    expect(await get('/readyz')).toEqual({ status: 200, body: { ready: true, uptimeMs: expect.any(Number) }, cache: 'no-store' });
    expect((await get('/healthz', { method: 'POST' })).status).toBe(405);
    expect((await get('/nope')).status).toBe(404);
    await expect(RawClient.open(gateway.url, { origin: 'https://evil.example' })).rejects.toThrow('403');
  });
});
