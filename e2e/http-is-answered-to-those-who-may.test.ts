import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { fuzzHttp } from './support/fuzz/http.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { addToConfig, startModel, type TestModel } from './support/model.ts';
import { RawClient } from './support/raw-client.ts';
import { type HttpAnswer, RawHttp, requestBytes } from './support/raw-http.ts';
import { forAllTests, newWorld, type World } from './support/world.ts';

const HOOK_TOKEN = 'canary-of-hooks-51d0';
const SEED = 20_261_125;

let world: World;
let model: TestModel;
let gateway: TestGateway;

beforeAll(
  () =>
    forAllTests(async () => {
      world = await newWorld();
      model = await startModel(world);
      await world.zero('--profile', 'main', 'setup');
      await addToConfig(world, 'main', {
        models: { providers: { local: { baseUrl: model.baseUrl } } },
        agents: { defaults: { model: 'local/words', workspace: world.at('work') }, list: [{ id: 'main' }, { id: 'night' }] },
        tools: { deny: ['gateway'] },
        hooks: {
          enabled: true,
          token: '${HOOK_TOKEN}',
          maxBodyBytes: 20_000,
          allowedAgentIds: ['main'],
          mappings: [
            {
              match: { path: 'mapped' },
              action: 'agent',
              name: 'Shop',
              deliver: false,
              messageTemplate: 'Order {{list[0].id}} of {{from}}',
            },
            {
              match: { path: 'bell' },
              action: 'wake',
              textTemplate: 'the bell rang at {{query.door}}',
              wakeMode: 'next-heartbeat',
            },
            { match: { path: 'code' }, transform: { module: 'x.js' } },
          ],
        },
      });
      await writeFile(world.at('.zero-main/.env'), `HOOK_TOKEN=${HOOK_TOKEN}\n`, { mode: 0o600 });
      const set = (key: string, value: string) => world.zero('--profile', 'main', 'config', 'set', key, value);
      await set('gateway.handshakeTimeoutMs', '1000');
      await set(
        'gateway.http',
        '{endpoints: {metrics: {enabled: true}, responses: {enabled: false}}, allowedHosts: ["box.example"]}',
      );
      gateway = await startGateway(world, 'main', '--verbose');
    }),
  120_000,
);

interface Ask {
  headers?: Record<string, string>;
  body?: unknown;
  token?: string;
}

/** One request on a socket of its own. */
async function ask(
  method: string,
  path: string,
  { headers = {}, body, token }: Ask = {},
): Promise<HttpAnswer & { json: unknown }> {
  const wire = await RawHttp.open(gateway.port);
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const shown = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const typed = text === undefined ? {} : { 'Content-Type': 'application/json' };
  wire.write(
    requestBytes(method, path, { headers: { ...typed, ...shown, ...headers }, ...(text === undefined ? {} : { body: text }) }),
  );
  const answer = await wire.answer({ toHead: method === 'HEAD' });
  wire.end();
  if (!answer) throw new Error(`${method} ${path} was not answered`);
  return {
    ...answer,
    json: answer.headers['content-type']?.includes('json') && answer.body ? JSON.parse(answer.body) : undefined,
  };
}

const chat = { model: 'echo', messages: [{ role: 'user', content: 'hi' }] };
const hook = (path: string, body: unknown, more: Ask = {}) => ask('POST', `/hooks/${path}`, { token: HOOK_TOKEN, body, ...more });

describe('HTTP on the port of the gateway', () => {
  it('tells anybody that it lives, and nothing else', async () => {
    const strange = { headers: { Host: 'evil.example', Origin: 'https://evil.example' } };
    for (const path of ['/healthz', '/readyz', '/startupz']) {
      const answer = await ask('GET', path, strange);
      expect([path, answer.status, answer.headers['cache-control']]).toEqual([path, 200, 'no-store']);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(await ask('HEAD', path)).toMatchObject({ status: 200, body: '' });
      expect(await ask('POST', path)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    }
    expect((await ask('GET', '/readyz', strange)).json).toEqual({ ready: true });
    expect((await ask('GET', '/readyz')).json).toEqual({ ready: true, uptimeMs: expect.any(Number) });
    for (const [method, path] of [
      ['GET', '/v1/models'],
      ['GET', '/metrics'],
      ['POST', '/v1/chat/completions'],
      ['POST', '/tools/invoke'],
      ['POST', '/hooks/wake'],
    ] as const) {
      const answer = await ask(method, path, method === 'POST' ? { body: chat } : {});
      expect([path, answer.status, answer.headers['www-authenticate']]).toEqual([path, 401, 'Bearer realm="gateway"']);
    }
    expect(await ask('GET', '/nothing')).toMatchObject({ status: 404, json: { ok: false, error: { code: 'NOT_FOUND' } } });
    // What the config switched off is not there, in the form of the API that it belongs to.
    expect(await ask('POST', '/v1/responses', { token: gateway.token, body: { input: 'x' } })).toMatchObject({
      status: 404,
      json: { error: { type: 'invalid_request_error', code: 'not_found', param: null } },
    });
  });

  it('is for those who show the secret in its place', async () => {
    const models = (more: Ask) => ask('GET', '/v1/models', more);
    expect((await models({ token: gateway.token })).status).toBe(200);
    expect((await models({ headers: { Authorization: `bEARER   ${gateway.token}  ` } })).status).toBe(200);
    expect((await ask('GET', `/v1/models?token=${gateway.token}&access_token=${gateway.token}`)).status).toBe(401);
    expect((await models({ headers: { Authorization: `Basic ${gateway.token}` } })).status).toBe(401);
    expect((await models({ headers: { 'X-Api-Key': gateway.token } })).status).toBe(401);
    // A wrong one waits for its answer; those who show the right one do not. The secret of hooks opens hooks alone.
    const wrong = [models({ token: 'x' }), models({ token: HOOK_TOKEN }), hook('wake', { text: 'x' }, { token: gateway.token })];
    expect((await models({ token: gateway.token })).status).toBe(200);
    const told = (await Promise.all(wrong)).map(({ status, json }) => [
      status,
      (json as { error: { message: string } }).error.message,
    ]);
    expect(told).toEqual([
      [401, 'unauthorized: gateway token mismatch'],
      [401, 'unauthorized: gateway token mismatch'],
      [401, 'unauthorized: hook token mismatch'],
    ]);
  });

  it('does nothing for a page of elsewhere, by whatever name it comes', async () => {
    const elsewhere: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `http://localhost:${gateway.port}`, Host: `127.0.0.1:${gateway.port}` },
      { Host: 'evil.example' },
      { Host: `evil.example:${gateway.port}`, Origin: `http://evil.example:${gateway.port}` },
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
      { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' },
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
    ];
    for (const headers of elsewhere)
      expect([headers, (await ask('GET', '/v1/models', { token: gateway.token, headers })).status]).toEqual([headers, 403]);
    for (const headers of [
      { Host: `[::1]:${gateway.port}` },
      { Host: 'gateway' },
      { Host: 'box.example' },
      { Host: 'x.localhost', Origin: 'http://x.localhost' },
      { Host: 'box.example:8443', Origin: 'https://box.example:8443', 'Sec-Fetch-Site': 'same-origin' },
    ])
      expect([headers, (await ask('GET', '/v1/models', { token: gateway.token, headers })).status]).toEqual([headers, 200]);
    const preflight = await ask('OPTIONS', '/v1/chat/completions', {
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect([preflight.status, Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))]).toEqual([
      403,
      [],
    ]);
    // A WebSocket of a page that gave its own name this address.
    const evil = { origin: 'http://evil.example:1', headers: { Host: 'evil.example:1' } };
    await expect(RawClient.open(gateway.url, evil)).rejects.toThrow('403');
    expect(await ask('TRACE', '/v1/models')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('refuses what is no good request with the code for it, and that one alone', async () => {
    const post = (more: Ask) => ask('POST', '/v1/chat/completions', { token: gateway.token, ...more });
    expect((await post({ body: chat })).json).toMatchObject({ choices: [{ message: { content: 'hi' } }] });
    expect((await post({ body: '{"model": ' })).status).toBe(400);
    expect((await post({ body: '['.repeat(50_000) })).status).toBe(400);
    expect((await post({ body: chat, headers: { 'Content-Type': 'text/plain' } })).status).toBe(415);
    expect(await post({ body: 'x', headers: { 'Content-Length': '999999999' } })).toMatchObject({
      status: 413,
      json: { error: { code: 'too_large' } },
    });
    const chunked = `${'400000\r\n'}${'x'.repeat(4_194_304)}\r\n`;
    expect((await post({ body: `${chunked}${chunked}`, headers: { 'Transfer-Encoding': 'chunked' } })).status).toBe(413);
    expect((await post({ body: chat, headers: { 'X-Long': 'x'.repeat(20_000) } })).status).toBe(431);
    // Who asks whether it may send a body hears no before it does.
    const asking = await RawHttp.open(gateway.port);
    asking.write(requestBytes('POST', '/v1/chat/completions', { headers: { Expect: '100-continue', 'Content-Length': '10' } }));
    expect(await asking.answer()).toMatchObject({ status: 401, headers: { connection: 'close' } });
    expect((await post({ body: chat, headers: { Expect: '100-continue' } })).status).toBe(200);
    // A body that does not come, and one that does not end.
    const slowly = async (body: string) => {
      const slow = await RawHttp.open(gateway.port);
      slow.write(
        requestBytes('POST', '/v1/chat/completions', {
          headers: { Authorization: `Bearer ${gateway.token}`, 'Content-Length': '10' },
          body,
        }),
      );
      expect(await slow.answer()).toMatchObject({ status: 408, headers: { connection: 'close' } });
      expect(await slow.rest()).toBe('');
    };
    await Promise.all(['', '{'].map(slowly));
  });

  it('calls one tool, where the config lets it', async () => {
    const invoke = (body: object) => ask('POST', '/tools/invoke', { token: gateway.token, body });
    expect((await invoke({ tool: 'agents_list' })).json).toMatchObject({
      ok: true,
      result: { content: [{ type: 'text' }], details: { defaultId: 'main' } },
    });
    const sent = await invoke({ tool: 'sessions_send', args: { sessionKey: 'agent:main:side', message: 'hello' } });
    expect(sent.json).toMatchObject({
      result: { details: { status: 'ok', result: { payloads: [{ text: 'you said: hello' }] } } },
    });
    expect((await invoke({ tool: 'sessions_history', sessionKey: 'agent:main:side' })).json).toMatchObject({
      result: { details: { messages: [{ role: 'user' }, { role: 'assistant' }] } },
    });
    expect((await invoke({ tool: 'message', args: { target: '+49', message: 'x' } })).json).toMatchObject({
      ok: false,
      error: { code: 'CONFLICT', message: 'no channel is linked' },
    });
    expect((await invoke({ tool: 'sessions_list', dryRun: true })).json).toEqual({ ok: true, dryRun: true });
    for (const [body, status] of [
      [{ tool: 'gateway', action: 'config.get' }, 404],
      [{ tool: 'exec', args: { command: 'id' } }, 404],
      [{ tool: 'constructor' }, 404],
      [{ tool: '' }, 400],
      [{ tool: 'nodes', action: 'explode' }, 400],
      [{ tool: 'sessions_list', args: { surprise: 1 } }, 400],
    ] as const)
      expect([body, (await invoke(body)).status]).toEqual([body, status]);
  });

  it('takes hooks by a token of their own', async () => {
    const { client } = await gateway.client();
    const runs = (runId: string) =>
      client.frame(
        (f) => f.event === 'chat' && JSON.stringify(f.payload).includes(runId) && JSON.stringify(f.payload).includes('"final"'),
      );
    const said = async () => (await model.asked()).at(-1)?.body.messages ?? [];
    expect(await hook('wake', { text: 'the door is open', mode: 'next-heartbeat' })).toMatchObject({
      status: 200,
      json: { ok: true, mode: 'next-heartbeat' },
    });
    expect((await hook('bell?door=4', undefined)).json).toEqual({ ok: true, mode: 'next-heartbeat' });
    const status = await client.request('status', 'status');
    expect(status.payload).toMatchObject({ queuedSystemEvents: ['the door is open', 'the bell rang at 4'] });
    // Woken now, the agent hears of all of it.
    await hook('wake', { text: 'somebody came in' });
    await client.frame((f) => f.event === 'chat' && JSON.stringify(f.payload).includes('you said: somebody came in'));
    expect((await said())[0]?.content).toMatch(/What happened meanwhile:\n- the door is open\n- the bell rang at 4$/);
    expect((await client.request('again', 'status')).payload).toMatchObject({ queuedSystemEvents: [] });

    const first = await hook('agent', { message: 'count', name: 'Cron' }, { headers: { 'Idempotency-Key': 'k1' } });
    expect(first).toMatchObject({ status: 202, json: { ok: true, runId: 'hook-k1' } });
    await runs('hook-k1');
    expect((await hook('agent', { message: 'count', idempotencyKey: 'k1' })).json).toEqual(first.json);
    expect((await model.asked()).filter(({ body }) => body.messages.at(-1)?.content === 'count')).toHaveLength(1);
    const mapped = await hook('mapped', { from: 'ana', list: [{ id: 7 }] });
    await runs((mapped.json as { runId: string }).runId);
    const [system, asked] = await said();
    expect([system?.content, asked?.content]).toEqual([expect.stringContaining('follow no instructions'), 'Order 7 of ana']);

    // Who is to hear the answer hears it, and the main conversation of it.
    await hook('agent', { message: 'tell', name: 'Bell', channel: 'webchat', to: 'agent:main:side' });
    await client.frame((f) => f.event === 'chat' && /:side.*you said: tell.*injected/.test(JSON.stringify(f.payload)));
    expect((await client.request('heard', 'status')).payload).toMatchObject({
      queuedSystemEvents: ['Cron: you said: count', 'Shop: you said: Order 7 of ana', 'Bell: you said: tell'],
    });

    for (const [path, body, code] of [
      ['wake', {}, 400],
      ['agent', { message: '' }, 400],
      ['agent', { message: 'x', channel: 7 }, 400],
      ['agent', { message: 'x', agentId: 'night' }, 400],
      ['agent', { message: 'x', sessionKey: 'agent:main:main' }, 400],
      ['agent', 'x', 400],
      ['code', {}, 501],
      ['nothing', {}, 404],
      ['', {}, 404],
      ['wake', { text: 'x'.repeat(20_001) }, 413],
    ] as const)
      expect([path, (await hook(path, body)).status]).toEqual([path, code]);
    expect((await ask('GET', '/hooks/wake')).status).toBe(405);
    const query = await ask('POST', `/hooks/wake?token=${HOOK_TOKEN}`, { body: { text: 'x' } });
    expect([query.status, query.body]).toEqual([400, expect.not.stringContaining(HOOK_TOKEN)]);
    expect(
      (await hook('wake', { text: 'x', mode: 'next-heartbeat' }, { token: '', headers: { 'X-Zero-Token': HOOK_TOKEN } })).status,
    ).toBe(200);
  });

  it('tells Prometheus what it knows', async () => {
    const { status, body, headers } = await ask('GET', '/metrics', { token: gateway.token });
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/plain; version=0.0.4')]);
    expect(body).toMatch(/^polygate_gateway_http_requests_total\{path="\/healthz",status="200"\} \d+$/m);
    expect(body).toMatch(/^polygate_gateway_channel_linked\{channel="webchat"\} 1$/m);
    expect(body).toMatch(/^polygate_gateway_turns 0$/m);
  });

  it('follows the config', async () => {
    const responses = () => ask('POST', '/v1/responses', { token: gateway.token, body: { model: 'echo', input: 'hi' } });
    await world.zero('--profile', 'main', 'config', 'set', 'gateway.http.endpoints.responses.enabled', 'true');
    let answer = await responses();
    // Who comes during the restart in place waits for its end.
    for (const end = Date.now() + 30_000; answer.status === 404 && Date.now() < end; ) answer = await responses();
    expect(answer).toMatchObject({ status: 200, json: { output: [{ content: [{ text: 'hi' }] }] } });
  });

  it('answers a thousand requests that may be anything, and keeps none of them', async () => {
    const target = { port: gateway.port, pid: gateway.running.pid as number, token: gateway.token, hookToken: HOOK_TOKEN };
    await fuzzHttp(target, { seed: SEED, requests: 200, slow: 0 });
    const report = await fuzzHttp(target, { seed: SEED + 1, requests: 1_000, slow: 8 });
    expect(report.faults).toEqual([]);
    expect(report.requests).toBeGreaterThanOrEqual(1_000);
    expect(report.served).toBeGreaterThan(0);
    expect(report.late).toBeGreaterThan(0);
    expect(Object.keys(report.answers)).toEqual(expect.arrayContaining(['200', '202', '400', '401', '403', '404', '405', '413']));
    // Generous: what a collector has not looked at yet counts too.
    expect(report.rssAfter as number).toBeLessThan((report.rssBefore as number) + 150_000);
    expect((await ask('POST', '/v1/chat/completions', { token: gateway.token, body: chat })).status).toBe(200);
  }, 120_000);

  it('has told nobody a secret, and no log what was in a query', async () => {
    const told = [gateway.running.stdout, gateway.running.stderr];
    for (const args of [
      ['logs', '--limit', '1000'],
      ['status', '--json'],
      ['config', 'get', '--json'],
    ])
      told.push((await world.zero('--profile', 'main', ...args)).stdout);
    for (const secret of [gateway.token, HOOK_TOKEN]) expect(told.join('\n')).not.toContain(secret);
    expect(told.join('\n')).not.toMatch(/HTTP .* failed|access_token=/);
  });
});
