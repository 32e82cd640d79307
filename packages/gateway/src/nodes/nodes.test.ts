import { FakeClock } from '@polygate/testkit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Caller } from '../methods/method.ts';
import { callMethod } from '../methods/registry.ts';
import type { GatewayState } from '../state.ts';
import { type FakeListener, fakeListener, memoryKeep, refusalOf, stateOf } from '../testing.ts';
import type { NodeFacts } from './connected.ts';

const admin: Caller = { connId: 'a', role: 'operator', scopes: ['operator.admin'], presence: {} };
let clock: FakeClock;
let state: GatewayState;
let operator: FakeListener;
beforeEach(async () => {
  clock = new FakeClock();
  state = await stateOf({ clock });
  operator = fakeListener();
  state.hub.add(operator);
});

const call = (method: string, params: unknown, who: Caller = admin) =>
  callMethod(method, params, state, who) as Promise<Record<string, unknown>>;
const refused = (method: string, params: unknown, who: Caller = admin) => refusalOf(call(method, params, who));

/** A node that says hello. */
function connect(nodeId: string, facts: Partial<NodeFacts> = {}): FakeListener & { caller: Caller } {
  const node = { nodeId, platform: 'ios', version: '1', caps: ['canvas'], commands: ['canvas.eval'], connectedAtMs: 0, ...facts };
  const listener = fakeListener({ connId: nodeId, role: 'node', scopes: [], node });
  state.hub.add(listener);
  state.connectedNodes.arrive({ facts: node, listener });
  return listener;
}

const asked = (node: FakeListener) => node.events.filter((e) => e.event === 'node.invoke.request').map((e) => e.payload as Asked);
interface Asked {
  id: string;
  paramsJSON: string;
}
const invoke = (changes: Record<string, unknown> = {}) => ({
  nodeId: 'phone',
  command: 'canvas.eval',
  params: { js: '1+1' },
  idempotencyKey: 'k1',
  ...changes,
});
const answer = (node: FakeListener, at: number, rest: Record<string, unknown>) =>
  call('node.invoke.result', { id: asked(node)[at]?.id, nodeId: 'phone', ...rest }, node.caller);

describe('pairing a node', () => {
  it('is asked for once, told to those who may approve, and gives a token that verifies', async () => {
    const reader = fakeListener({ scopes: ['operator.read'] });
    state.hub.add(reader);
    const first = await call('node.pair.request', { nodeId: 'phone', displayName: 'Phone', caps: ['camera'] });
    expect(first).toMatchObject({ status: 'pending', created: true, request: { nodeId: 'phone', isRepair: false } });
    expect(await call('node.pair.request', { nodeId: 'phone' })).toEqual({ ...first, created: false });
    const { requestId } = first.request as { requestId: string };
    const { node } = (await call('node.pair.approve', { requestId })) as { node: { token: string } };
    expect(node).toMatchObject({
      nodeId: 'phone',
      displayName: 'Phone',
      caps: ['camera'],
      token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await call('node.pair.verify', { nodeId: 'phone', token: node.token })).toMatchObject({
      ok: true,
      node: { nodeId: 'phone' },
    });
    expect(await call('node.pair.verify', { nodeId: 'phone', token: 'x' })).toEqual({ ok: false });
    expect(await call('node.pair.verify', { nodeId: 'tablet', token: node.token })).toEqual({ ok: false });
    expect(operator.events.map(({ event }) => event)).toEqual(['node.pair.requested', 'node.pair.resolved']);
    expect(operator.events[1]?.payload).toMatchObject({ requestId, nodeId: 'phone', decision: 'approved' });
    expect(reader.events).toEqual([]);
  });

  it('outlives the gateway, with the token as a hash alone', async () => {
    const keep = memoryKeep();
    state = await stateOf({ clock, keep });
    const { request } = (await call('node.pair.request', { nodeId: 'phone' })) as { request: { requestId: string } };
    const { node } = (await call('node.pair.approve', { requestId: request.requestId })) as { node: { token: string } };
    expect(keep.files.get('nodes/nodes.json')).not.toContain(node.token);
    state = await stateOf({ clock, keep });
    expect(await call('node.pair.verify', { nodeId: 'phone', token: node.token })).toMatchObject({ ok: true });
    expect(JSON.stringify(await call('node.pair.list', {}))).not.toMatch(/hash|token/);
    const again = (await call('node.pair.request', { nodeId: 'phone' })) as { request: { isRepair: boolean } };
    expect(again.request.isRepair).toBe(true);
  });

  it('is turned away, forgotten after five minutes, and waits with no more than fifty', async () => {
    const ask = async (nodeId: string) =>
      ((await call('node.pair.request', { nodeId })) as { request: { requestId: string } }).request.requestId;
    const [first, second] = [await ask('phone'), await ask('tablet')];
    expect(await call('node.pair.reject', { requestId: first })).toEqual({ requestId: first, nodeId: 'phone' });
    expect(await refused('node.pair.approve', { requestId: first })).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'unknown requestId',
    });
    clock.ms += 300_001;
    expect(await refused('node.pair.reject', { requestId: second })).toMatchObject({ message: 'unknown requestId' });
    for (let i = 0; i < 60; i += 1) await ask(`node ${i}`);
    expect(((await call('node.pair.list', {})) as { pending: unknown[] }).pending).toHaveLength(50);
  });

  it('starts anew where its file cannot be used', async () => {
    const keep = memoryKeep(new Map([['nodes/nodes.json', '{"version":1,"nodes":[{}]}']]));
    state = await stateOf({ clock, keep });
    expect(await call('node.pair.list', {})).toEqual({ pending: [], paired: [] });
    expect([...keep.files.keys()]).toEqual(['nodes/nodes.json.broken']);
  });
});

describe('the list of nodes', () => {
  it('has those that are paired, those that are connected, and those that are both, with the name that they were given', async () => {
    const { request } = (await call('node.pair.request', { nodeId: 'attic', displayName: 'Attic', commands: ['run'] })) as {
      request: { requestId: string };
    };
    await call('node.pair.approve', { requestId: request.requestId });
    connect('phone', { displayName: 'Phone' });
    const { nodes } = (await call('node.list', {})) as { nodes: unknown[] };
    expect(nodes).toMatchObject([
      { nodeId: 'phone', displayName: 'Phone', paired: false, connected: true, commands: ['canvas.eval'] },
      { nodeId: 'attic', displayName: 'Attic', paired: true, connected: false, commands: ['run'], caps: [] },
    ]);
    await call('node.rename', { nodeId: 'phone', displayName: 'My phone' });
    expect(await call('node.describe', { nodeId: 'phone' })).toMatchObject({
      displayName: 'My phone',
      connected: true,
      ts: clock.ms,
    });
    const unknown = { code: 'INVALID_REQUEST', message: 'unknown nodeId' };
    expect(await refused('node.describe', { nodeId: 'constructor' })).toMatchObject(unknown);
    expect(await refused('node.rename', { nodeId: 'constructor', displayName: 'x' })).toMatchObject(unknown);
  });

  it('knows a device that was let in as a node', async () => {
    const client = { id: 'node-host', version: '1', platform: 'linux', mode: 'node' as const };
    await state.devices.admit({ deviceId: 'd1', publicKey: 'k', client, role: 'node', scopes: [] });
    expect(await call('node.describe', { nodeId: 'd1' })).toMatchObject({ paired: true, connected: false, platform: 'linux' });
  });
});

describe('a call to a node', () => {
  it('reaches it, and its answer reaches the caller', async () => {
    const node = connect('phone');
    const result = call('node.invoke', invoke());
    expect(asked(node)).toEqual([
      expect.objectContaining({ nodeId: 'phone', command: 'canvas.eval', paramsJSON: '{"js":"1+1"}', timeoutMs: 30_000 }),
    ]);
    expect(await answer(node, 0, { ok: true, payloadJSON: '{"value":2}' })).toEqual({ ok: true });
    expect(await result).toEqual({
      ok: true,
      nodeId: 'phone',
      command: 'canvas.eval',
      payload: { value: 2 },
      payloadJSON: '{"value":2}',
    });
    expect(await answer(node, 0, { ok: true })).toEqual({ ok: true, ignored: true });
    expect(operator.events.filter((e) => e.event === 'node.invoke.request')).toEqual([]);
  });

  it('is run once however often it is sent with one key, and again with another', async () => {
    const node = connect('phone');
    const both = [call('node.invoke', invoke()), call('node.invoke', invoke())];
    await answer(node, 0, { ok: true, payload: 'x' });
    expect(new Set(await Promise.all(both)).size).toBe(1);
    state.connectedNodes.leave(node, 'phone');
    expect(await call('node.invoke', invoke())).toMatchObject({ payload: 'x' });
    expect(asked(node)).toHaveLength(1);
  });

  it('tells the error of the node, and hands on an answer that is no JSON', async () => {
    const node = connect('phone');
    const failing = refused('node.invoke', invoke());
    await answer(node, 0, { ok: false, error: { code: 'DENIED', message: 'camera is off' } });
    expect(await failing).toEqual({
      code: 'UNAVAILABLE',
      message: 'camera is off',
      details: { nodeError: { code: 'DENIED', message: 'camera is off' } },
    });
    const odd = call('node.invoke', invoke({ idempotencyKey: 'k2' }));
    await answer(node, 1, { ok: true, payloadJSON: '{oops' });
    expect(await odd).toMatchObject({ payload: { payloadJSON: '{oops' }, payloadJSON: '{oops' });
  });

  it('is refused where the node is not here or does not know the command, and may be tried again with the same key', async () => {
    expect(await refused('node.invoke', invoke())).toEqual({
      code: 'UNAVAILABLE',
      message: 'node not connected',
      details: { code: 'NOT_CONNECTED' },
      retryable: true,
    });
    const node = connect('phone');
    expect(await refused('node.invoke', invoke({ command: 'system.run' }))).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'node command not allowed',
      details: { command: 'system.run' },
    });
    const result = call('node.invoke', invoke());
    await answer(node, 0, { ok: true });
    expect(await result).toMatchObject({ ok: true });
  });

  it('ends when the node goes, when time is up, and when the gateway stops', async () => {
    const node = connect('phone');
    const other = connect('tablet');
    const gone = refused('node.invoke', invoke());
    const stays = call('node.invoke', invoke({ nodeId: 'tablet', idempotencyKey: 'k0' }));
    state.invocations.disconnected(node);
    expect(await gone).toMatchObject({ message: 'node disconnected (canvas.eval)', details: { code: 'NOT_CONNECTED' } });
    await call('node.invoke.result', { id: asked(other)[0]?.id, nodeId: 'tablet', ok: true }, other.caller);
    expect(await stays).toMatchObject({ ok: true, nodeId: 'tablet' });
    vi.useFakeTimers();
    try {
      const late = refused('node.invoke', invoke({ idempotencyKey: 'k2', timeoutMs: 5_000 }));
      vi.advanceTimersByTime(5_000);
      expect(await late).toMatchObject({
        code: 'UNAVAILABLE',
        message: 'node invoke timed out (canvas.eval, 5000 ms)',
        details: { nodeError: { code: 'TIMEOUT', message: 'node invoke timed out' } },
      });
    } finally {
      vi.useRealTimers();
    }
    const stopped = refused('node.invoke', invoke({ idempotencyKey: 'k3' }));
    state.invocations.stop();
    expect(await stopped).toMatchObject({ message: 'gateway stopping', retryable: true });
  });

  it('goes to the newest connection of a node, whose older one may end without harm', async () => {
    const old = connect('phone');
    const fresh = connect('phone');
    state.connectedNodes.leave(old, 'phone');
    const ends = refused('node.invoke', invoke());
    expect([asked(old).length, asked(fresh).length]).toEqual([0, 1]);
    state.invocations.stop();
    await ends;
  });

  it('is answered by that node alone', async () => {
    const node = connect('phone');
    const other = connect('tablet');
    const result = refused('node.invoke', invoke());
    const { id } = asked(node)[0] as Asked;
    expect(await refused('node.invoke.result', { id, nodeId: 'phone', ok: true }, other.caller)).toMatchObject({
      message: 'nodeId mismatch',
    });
    expect(await refused('node.invoke.result', { id, nodeId: 'tablet', ok: true }, other.caller)).toMatchObject({
      message: 'nodeId mismatch',
    });
    expect(await refused('node.invoke.result', { id, nodeId: 'phone', ok: true })).toMatchObject({
      code: 'INVALID_REQUEST',
      details: { code: 'WRONG_ROLE', role: 'node' },
    });
    state.invocations.stop();
    await result;
  });

  it('has company of no more than a thousand', async () => {
    connect('phone');
    const calls = Array.from({ length: 1000 }, (_, i) => refused('node.invoke', invoke({ idempotencyKey: `k ${i}` })));
    expect(await refused('node.invoke', invoke({ idempotencyKey: 'one more' }))).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'too many calls wait for this node',
    });
    connect('tablet');
    calls.push(refused('node.invoke', invoke({ nodeId: 'tablet', idempotencyKey: 'elsewhere' })));
    state.invocations.stop();
    const ends = await Promise.all(calls);
    expect(ends.map(({ message }) => message)).toEqual(ends.map(() => 'gateway stopping'));
  });
});

it('what a node tells is told to operators who may read', async () => {
  const node = connect('phone');
  await call('node.event', { event: 'voice.transcript', payloadJSON: '{"text":"hi"}' }, node.caller);
  expect(operator.events).toMatchObject([
    { event: 'node.event', payload: { nodeId: 'phone', event: 'voice.transcript', payload: { text: 'hi' } } },
  ]);
  expect(node.events).toEqual([]);
});
