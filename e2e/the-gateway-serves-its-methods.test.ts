import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { connectNode } from './support/node.ts';
import type { Frame } from './support/raw-client.ts';
import { mismatches } from './support/wire-schema.ts';
import { newWorld } from './support/world.ts';

describe('the reference gateway', () => {
  const reads: [method: string, params: object][] = [
    ['channels.status', { probe: true }],
    ['agents.list', {}],
    ['models.list', {}],
    ['sessions.list', { includeLastMessage: true }],
    ['sessions.preview', { keys: ['main', 'nobody'] }],
    ['last-heartbeat', {}],
    ['node.list', {}],
    ['node.describe', { nodeId: 'phone-1' }],
    ['node.pair.list', {}],
    ['node.pair.verify', { nodeId: 'phone-1', token: 'x' }],
    ['device.pair.list', {}],
  ];
  it('answers every method that asks as its schema says, and refuses what it does not know', async () => {
    const gateway = await startGateway(await newWorld());
    await connectNode(gateway, 'phone-1');
    await mkdir(`${gateway.stateDir}/agents/main/sessions`, { recursive: true });
    const index = { 'agent:main:main': { sessionId: 's1', updatedAt: 1 }, 'agent:main:x:group:1': { sessionId: 's2' } };
    await writeFile(`${gateway.stateDir}/agents/main/sessions/sessions.json`, JSON.stringify(index));
    await writeFile(`${gateway.stateDir}/agents/main/sessions/s1.jsonl`, '{"message":{"role":"user","content":"hi"}}\n{"mess');
    const { client } = await gateway.client();
    for (const [method, params] of reads) {
      const name = method.replaceAll(/(^|[^A-Za-z0-9]+)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
      const { ok, payload } = await client.request(method, method, params);
      expect([method, ok, mismatches(`${name}Result`, payload)]).toEqual([method, true, []]);
      const odd = await client.request(`odd ${method}`, method, { ...params, surprise: 1 });
      expect([method, odd.error?.code]).toEqual([method, 'INVALID_REQUEST']);
    }
    const { payload } = await client.request('preview', 'sessions.preview', { keys: ['main'] });
    expect(payload).toMatchObject({ previews: [{ status: 'ok', items: [{ role: 'user', text: 'hi' }] }] });
    expect(await client.request('delete', 'sessions.delete', { key: 'agent:main:x:group:1' })).toMatchObject({
      payload: { deleted: true, archived: [] },
    });
    expect((await client.event('health')).payload).toMatchObject({ sessions: { count: 1 } });
  });

  it('answers agent in two stages and send with NOT_LINKED, and takes no turn twice for one key', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const { client } = await gateway.client();
    const turn = (id: string) => client.request(id, 'agent', { message: 'hi', idempotencyKey: 'run-1' });
    const ended = (id: string) => client.frame((f) => f.id === id && (f.payload as { status?: string }).status === 'ok');
    expect(await turn('1')).toMatchObject({ ok: true, payload: { runId: 'run-1', status: 'accepted' } });
    const final = await ended('1');
    expect(final).toMatchObject({ payload: { runId: 'run-1', result: { payloads: [{ text: 'hi' }] } } });
    expect(mismatches('AgentResult', final.payload)).toEqual([]);
    await turn('2');
    await ended('2');
    expect(client.frames.filter((f) => f.event === 'agent')).toHaveLength(3);
    const waited = await client.request('3', 'agent.wait', { runId: 'run-1' });
    expect(waited.payload).toMatchObject({ runId: 'run-1', status: 'ok' });
    const sent = await client.request('4', 'send', { to: '+49', message: 'hi', idempotencyKey: 'send-1' });
    expect(sent.error).toMatchObject({ code: 'NOT_LINKED' });

    const params = ['--params', '{"message":"hi","idempotencyKey":"run-2"}'];
    const call = (...args: string[]) => world.zero('--profile', 'main', 'gateway', 'call', 'agent', ...params, ...args, '--json');
    expect((await call()).json()).toMatchObject({ status: 'accepted' });
    expect((await call('--expect-final')).json()).toMatchObject({ runId: 'run-2', status: 'ok' });
  });

  it('tells a crowd that comes at once who is here in few lists, with the last state last', async () => {
    const gateway = await startGateway(await newWorld());
    const { client: watcher } = await gateway.client();
    const crowd = 60;
    for (let i = 0; i < crowd; i += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, j) =>
          gateway.client({ client: { id: 'test', version: '1', platform: 'linux', mode: 'test', instanceId: `crowd ${i + j}` } }),
        ),
      );
    const isAll = (f: Frame) => f.event === 'presence' && (f.payload as { presence: unknown[] }).presence.length === crowd + 2;
    const { stateVersion } = (await watcher.frame(isAll)) as Frame & { stateVersion: { presence: number } };
    const told = watcher.frames.filter((f) => f.event === 'presence') as (Frame & { stateVersion: { presence: number } })[];
    expect(told.length).toBeLessThan(crowd);
    const versions = told.map((f) => f.stateVersion.presence);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions.at(-1)).toBe(stateVersion.presence);
  });
});
