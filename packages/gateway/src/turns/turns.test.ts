import { FakeClock } from '@polygate/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { TwoStages } from '../methods/method.ts';
import { callMethod } from '../methods/registry.ts';
import type { GatewayState } from '../state.ts';
import { type FakeListener, fakeListener, memoryConfig, memoryKeep, refusalOf, stateOf } from '../testing.ts';
import { startTurn } from './start.ts';
import { RunFailed } from './turn.ts';

const admin = { connId: 'a', role: 'operator' as const, scopes: ['operator.admin'], presence: {} };
const clock = new FakeClock();
let state: GatewayState;
let files: Map<string, string>;
let told: FakeListener;
beforeEach(async () => {
  const keep = memoryKeep();
  files = keep.files;
  state = await stateOf({ clock, keep });
  told = fakeListener();
  state.hub.add(told);
});
const call = (method: string, params: unknown, on = state) => callMethod(method, params, on, admin);
const ask = async (key = 'k1', more = {}) =>
  (await call('agent', { message: 'hello to you', idempotencyKey: key, ...more })) as TwoStages<unknown>;
const events = (name: string) => told.events.filter(({ event }) => event === name).map(({ payload }) => payload);
const transcript = () => {
  const [name = ''] = [...files.keys()].filter((file) => file.endsWith('.jsonl'));
  const lines = (files.get(name) ?? '').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as { id: string; type: string; message?: Record<string, unknown> });
};

describe('agent', () => {
  it('is accepted at once, tells what comes, ends with the answer, and does all that once for a key', async () => {
    const [first, again] = [await ask(), await ask()];
    expect(first).toBeInstanceOf(TwoStages);
    expect(first.accepted).toEqual({ runId: 'k1', status: 'accepted', acceptedAt: clock.ms });
    expect(again.accepted).toEqual(first.accepted);
    expect(told.events).toEqual([]);
    const final = await first.final;
    expect(final).toMatchObject({
      ...{ runId: 'k1', status: 'ok', summary: 'completed' },
      result: { payloads: [{ text: 'hello to you' }], meta: { agentMeta: { provider: 'echo', model: 'echo' } } },
    });
    expect(await again.final).toEqual(final);
    const agent = events('agent') as { seq: number; stream: string; data: { phase?: string; text?: string; delta?: string } }[];
    expect(agent.map(({ seq }) => seq)).toEqual(agent.map((_, i) => i + 1));
    expect([agent[0]?.data.phase, agent.at(-1)?.data.phase]).toEqual(['start', 'end']);
    const said = agent.filter(({ stream }) => stream === 'assistant').map(({ data }) => data);
    expect(said.map(({ delta }) => delta).join('')).toBe('hello to you');
    expect(said.at(-1)?.text).toBe('hello to you');
    expect(events('chat').at(-1)).toMatchObject({
      ...{ runId: 'k1', sessionKey: 'agent:main:main', state: 'final' },
      message: { role: 'assistant', content: [{ type: 'text', text: 'hello to you' }] },
    });
    expect(transcript().map(({ type, message }) => message?.role ?? type)).toEqual(['session', 'user', 'assistant']);
    expect(events('health')).toHaveLength(1);
  });

  it('takes the turns of one conversation one after the other, each with what was said before', async () => {
    await Promise.all([(await ask('k1')).final, (await ask('k2', { message: 'and again' })).final]);
    expect(transcript().map(({ message }) => message?.role)).toEqual([undefined, 'user', 'assistant', 'user', 'assistant']);
    const said = await (await state.conversations.open('main', 'agent:main:main')).said({ butNot: '' });
    expect(said.map(({ text }) => text)).toEqual(['hello to you', 'hello to you', 'and again', 'and again']);
  });

  it('writes a message down once that a killed gateway had written already, and passes over a torn line', async () => {
    await (await ask('k1')).final;
    const [name = ''] = [...files.keys()].filter((file) => file.endsWith('.jsonl'));
    const [head, user] = (files.get(name) ?? '').split('\n');
    files.set(name, `${head}\n${user}\n{"torn\n`);
    state = await stateOf({ clock, keep: memoryKeep(files) });
    await (await ask('k1')).final;
    const ids = [...(files.get(name) ?? '').matchAll(/"id":"k1"/g)];
    expect(ids).toHaveLength(1);
    expect((await state.conversations.history('main', { limit: 9, maxBytes: 9_999 })).messages).toHaveLength(2);
  });

  it.each([
    [{ agentId: 'ghost' }, 'unknown agent id: ghost'],
    [{ sessionId: 'gone' }, 'unknown session id: gone'],
    [{ sessionKey: 'agent:ghost:main' }, 'unknown session: agent:ghost:main'],
    [{ model: 'nonsense' }, 'model "nonsense": write it as provider/model'],
  ])('refuses %j at once', async (more, message) => {
    expect(await refusalOf(ask('k', more))).toEqual({ code: 'INVALID_REQUEST', message });
  });

  it.each([
    ['{ agents: { defaults: { model: "acme/m" } } }', 'there is no provider "acme": models.providers.acme is not set'],
    [
      '{ agents: { defaults: { model: { primary: "acme/m" } } }, models: { providers: { acme: { baseUrl: "http://x", apiKey: "sk-canary" } } } }',
      'models.providers.acme.apiKey is not "${NAME}": the key belongs into /home/ana/.zero-main/.env (mode 0600) as ACME_API_KEY=…, and "${ACME_API_KEY}" here',
    ],
    [
      '{ agents: { list: [{ id: "main", model: "acme/m" }] }, models: { providers: { acme: { baseUrl: "http://x", apiKey: "${K}" } } } }',
      'models.providers.acme.apiKey names K, which is not in /home/ana/.zero-main/.env',
    ],
    [
      '{ agent: { model: "acme/m" }, models: { providers: { acme: { baseUrl: "ftp://x" } } } }',
      'models.providers.acme.baseUrl is not an http:// or https:// address',
    ],
    [
      '{ agent: { model: "acme/m" }, models: { providers: { acme: { baseUrl: "http://x", api: "other" } } } }',
      'models.providers.acme.api is "other": this gateway speaks openai-completions alone',
    ],
  ])('by %s ends as an error that says what to do', async (config, message) => {
    state = await stateOf({ clock, configFile: memoryConfig(config) });
    const error = (await (await ask()).final.catch((e: unknown) => e)) as RunFailed;
    expect(error).toBeInstanceOf(RunFailed);
    expect(error.shape).toEqual({ code: 'UNAVAILABLE', message, retryable: false });
    expect(error.payload).toEqual({ runId: 'k1', status: 'error', summary: message });
  });
});

describe('a turn', () => {
  it('can be read from the beginning by anybody, also when it is over', async () => {
    const turn = startTurn(state, { runId: 'r', message: 'one two three' });
    const early: string[] = [];
    for await (const delta of turn.deltas()) early.push(delta);
    const late: string[] = [];
    for await (const delta of turn.deltas()) late.push(delta);
    expect(early).toEqual(['one ', 'two ', 'three']);
    expect(late).toEqual(['one two three']);
    expect(await turn.final).toMatchObject({ text: 'one two three', stopReason: 'stop', usage: { input: 3, output: 3 } });
  });

  it('with messages of its own stands by itself: nothing is kept, and no chat is told', async () => {
    const turn = startTurn(state, { runId: 'r', message: 'last', messages: [{ role: 'user', text: 'first' }] });
    expect(await turn.final).toMatchObject({ text: 'last', usage: { input: 2 } });
    await turn.told;
    expect([...files.keys()]).toEqual([]);
    expect(events('chat')).toEqual([]);
  });

  it('that is aborted ends at once, and what it said so far is kept', async () => {
    const turn = startTurn(state, { runId: 'r', message: 'a b c d e f g h' });
    for await (const _ of turn.deltas()) if (turn.text.length >= 4) break;
    expect(await call('chat.abort', { sessionKey: 'main', runId: 'r' })).toEqual({ ok: true, aborted: true, runIds: ['r'] });
    expect(turn.abort('again')).toBe(false);
    await expect(turn.final).rejects.toMatchObject({ shape: { code: 'UNAVAILABLE', details: { code: 'ABORTED' } } });
    await state.work.idle();
    expect(events('chat').at(-1)).toMatchObject({ state: 'aborted', stopReason: 'aborted' });
    expect(transcript().at(-1)?.message).toMatchObject({ role: 'assistant', stopReason: 'aborted' });
    expect(await call('chat.abort', { sessionKey: 'main' })).toEqual({ ok: true, aborted: false, runIds: [] });
  });

  it('that takes too long ends with AGENT_TIMEOUT, though the one before it in the conversation goes on', async () => {
    const stuck = startTurn(state, { runId: 'stuck', message: 'x' });
    state.turns.inLine(stuck, () => new Promise(() => undefined)).catch(() => undefined);
    const late = startTurn(state, { runId: 'late', message: 'y', timeoutMs: 5 });
    await expect(late.final).rejects.toMatchObject({
      shape: { code: 'AGENT_TIMEOUT', message: 'the agent did not answer within 0.005 s', retryable: true },
    });
    await late.told;
    expect(events('chat').at(-1)).toMatchObject({ runId: 'late', state: 'error' });
  });

  it('is not begun where a hundred go on, or the gateway stops', async () => {
    const first = startTurn(state, { runId: 'stuck', message: 'x' });
    state.turns.inLine(first, () => new Promise(() => undefined)).catch(() => undefined);
    for (let i = 0; i < 100; i += 1) if (state.turns.underWay().length < 100) startTurn(state, { runId: `r${i}`, message: 'x' });
    expect(await refusalOf(ask('more'))).toMatchObject({ code: 'UNAVAILABLE', message: 'too many turns are under way' });
    state.stopping = true;
    expect(await refusalOf(ask('more'))).toMatchObject({ message: 'gateway stopping', retryable: true });
    for (const turn of state.turns.underWay()) turn.abort('the test is over');
  });
});

describe('agent.wait', () => {
  it('gives the end of a turn that is over, that goes on, and that begins meanwhile', async () => {
    const early = call('agent.wait', { runId: 'k1' });
    const { final } = await ask();
    const during = call('agent.wait', { runId: 'k1' });
    await final;
    const end = await call('agent.wait', { runId: 'k1' });
    expect(end).toMatchObject({ runId: 'k1', status: 'ok', endedAt: clock.ms });
    expect(await Promise.all([early, during])).toEqual([end, end]);
  });

  it('is over in time, and when the gateway stops', async () => {
    expect(await call('agent.wait', { runId: 'nobody', timeoutMs: 0 })).toEqual({ runId: 'nobody', status: 'timeout' });
    const waiting = refusalOf(call('agent.wait', { runId: 'nobody' }));
    state.turns.stop();
    expect(await waiting).toMatchObject({ code: 'UNAVAILABLE', message: 'gateway stopping', retryable: true });
  });

  it('is over when the client that waits is gone, and for nobody else', async () => {
    const [gone, here] = [state.turns.wait('later', 30_000, 'gone'), state.turns.wait('later', 30_000, 'here')];
    state.turns.disconnected('gone');
    expect(await gone).toBeUndefined();
    await ask('later');
    expect(await here).toMatchObject({ runId: 'later', status: 'ok' });
  });

  it('remembers a turn for five minutes after its end, and a thousand at most', async () => {
    const take = (runId: string) => startTurn(state, { runId, message: 'x', messages: [] });
    const first = take('a');
    await first.final;
    clock.ms += 300_000;
    expect(take('a')).toBe(first);
    clock.ms += 1;
    const second = take('a');
    expect(second).not.toBe(first);
    await second.final;
    for (let i = 0; i < 1_000; i += 1) await take(`r ${i}`).final;
    expect(take('a')).not.toBe(second);
  });
});

describe('chat', () => {
  it('is said, answered as events, remembered, and said once for a key', async () => {
    const say = (message: string, idempotencyKey: string) => call('chat.send', { sessionKey: 'main', message, idempotencyKey });
    expect(await call('chat.history', { sessionKey: 'main' })).toEqual({ sessionKey: 'main', messages: [] });
    expect(await say('good morning', 'c1')).toEqual({ runId: 'c1', status: 'started' });
    expect(await say('good morning', 'c1')).toEqual({ runId: 'c1', status: 'in_flight' });
    await state.work.idle();
    expect(await say('good morning', 'c1')).toEqual({ runId: 'c1', status: 'ok' });
    expect(events('chat').map((event) => (event as { state: string }).state)).toEqual(['delta', 'final']);
    expect(await call('chat.history', { sessionKey: 'agent:main:main' })).toMatchObject({
      sessionId: expect.any(String),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'good morning' }] },
        { role: 'assistant', stopReason: 'stop' },
      ],
    });
    expect(await call('chat.history', { sessionKey: 'main', limit: 1 })).toMatchObject({ messages: [{ role: 'assistant' }] });
    await say('a b c d', 'c2');
    expect(await say(' /stop ', 'c3')).toEqual({ aborted: true, runIds: ['c2'] });
    expect(await refusalOf(call('chat.abort', { sessionKey: 'other', runId: 'c1' }))).toMatchObject({
      message: 'runId does not match sessionKey',
    });
  });
});

describe('send', () => {
  it.each([
    [{}, 'no channel is linked'],
    [{ channel: 'whatsapp' }, 'channel whatsapp is not linked'],
  ])('by %j is NOT_LINKED without a channel', async (by, message) => {
    const answer = refusalOf(call('send', { to: '+49', message: 'hi', idempotencyKey: 'k', ...by }));
    expect(await answer).toEqual({ code: 'NOT_LINKED', message, retryable: false });
  });

  it('and agent want a key', async () => {
    expect(await refusalOf(call('send', { to: 'x', message: 'hi' }))).toMatchObject({
      message: expect.stringContaining('idempotencyKey'),
    });
    expect(await refusalOf(call('agent', { message: 'hi' }))).toMatchObject({
      message: expect.stringContaining('idempotencyKey'),
    });
  });
});

it('channels.status knows the clients of the gateway itself, without a channel', async () => {
  expect(await call('channels.status', { probe: true })).toMatchObject({
    ts: clock.ms,
    channelOrder: ['webchat'],
    channels: { webchat: { linked: true } },
  });
});
