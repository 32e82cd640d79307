import { randomUUID } from 'node:crypto';
import { FakeClock } from '@polygate/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { healthBeat, lookAtHealth } from '../health.ts';
import { callMethod } from '../methods/registry.ts';
import type { GatewayState } from '../state.ts';
import { fakeListener, memoryConfig, memoryKeep, refusalOf, stateOf } from '../testing.ts';
import { lastMessages } from './transcript.ts';

const admin = { connId: 'a', role: 'operator' as const, scopes: ['operator.admin'], presence: {} };
const clock = new FakeClock();
const INDEX = 'agents/main/sessions/sessions.json';
let files: Map<string, string>;
let state: GatewayState;

beforeEach(async () => {
  files = new Map();
  state = await stateFor(undefined);
});

/** A gateway whose state directory is a map of files. */
function stateFor(config: unknown): Promise<GatewayState> {
  const tailLog = async (file: string) => {
    const text = files.get(file.slice('/home/ana/.zero-main/'.length));
    if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    // As tailLines does: a line without its end is not there yet.
    const lines = text.split('\n').slice(0, -1);
    return { file, cursor: 0, size: text.length, lines, truncated: false, reset: false };
  };
  return stateOf({ clock, keep: memoryKeep(files), tailLog, configFile: memoryConfig(JSON.stringify(config)) });
}

const call = (method: string, params: unknown) => callMethod(method, params, state, admin) as Promise<Record<string, unknown>>;
const refused = (method: string, params: unknown) => refusalOf(call(method, params));
const keysOf = async (params = {}) =>
  ((await call('sessions.list', params)) as { sessions: { key: string }[] }).sessions.map(({ key }) => key);
const message = (role: string, text: string) =>
  `${JSON.stringify({ type: 'message', message: { role, content: [{ type: 'text', text }] } })}\n`;

const main = 'agent:main:main';
function fill(): void {
  const group = 'agent:main:acme:group:1';
  files.set(
    INDEX,
    JSON.stringify({
      [main]: { sessionId: 's-main', updatedAt: clock.ms - 60_000, model: 'big', totalTokens: 9 },
      [group]: { sessionId: 's-group', updatedAt: clock.ms, label: 'Family', displayName: 'The FAMILY group' },
      global: { updatedAt: clock.ms },
      broken: 'no entry',
    }),
  );
  files.set(
    'agents/main/sessions/s-main.jsonl',
    `${'{"type":"session"}\n'}${message('user', 'hello')}${message('assistant', 'good   day')}`,
  );
}

describe('sessions.list', () => {
  it('is empty where nobody ever spoke', async () => {
    expect(await call('sessions.list', {})).toEqual({
      ts: clock.ms,
      path: '/home/ana/.zero-main/agents/main/sessions/sessions.json',
      count: 0,
      defaults: { model: null, contextTokens: null },
      sessions: [],
    });
  });

  it('has the newest first, and what was asked for', async () => {
    fill();
    const group = 'agent:main:acme:group:1';
    expect(await keysOf()).toEqual([group, main]);
    expect(await keysOf({ limit: 1 })).toEqual([group]);
    expect(await keysOf({ includeGlobal: true })).toContain('global');
    expect(await keysOf({ label: 'Family' })).toEqual([group]);
    expect(await keysOf({ search: 'family GROUP' })).toEqual([group]);
    expect(await keysOf({ activeMinutes: 1_000, agentId: 'ghost' })).toEqual([]);
    clock.ms += 120_000;
    expect(await keysOf({ activeMinutes: 2 })).toEqual([group]);
    const { sessions } = await call('sessions.list', { includeLastMessage: true });
    expect(sessions).toMatchObject([
      { key: group, kind: 'group', label: 'Family' },
      { key: main, kind: 'direct', sessionId: 's-main', model: 'big', lastMessagePreview: 'good day' },
    ]);
  });

  it('has those of every agent that the config names', async () => {
    state = await stateFor({ agents: { list: [{ id: 'home' }, { id: 'work' }] } });
    files.set('agents/work/sessions/sessions.json', '{"agent:work:main":{"sessionId":"s1"}}');
    expect(await keysOf()).toEqual(['agent:work:main']);
    expect(await keysOf({ agentId: 'home' })).toEqual([]);
    await lookAtHealth(state);
    const { agents } = (await call('health', {})) as { agents: { sessions: { count: number } }[] };
    expect(agents.map((agent) => agent.sessions.count)).toEqual([0, 1]);
  });

  it.each(['[]', '{"x":', 'null'])('says that it cannot read the index %s, which is left as it is', async (text) => {
    files.set(INDEX, text);
    for (const [method, params] of [
      ['sessions.list', {}],
      ['sessions.reset', { key: 'main' }],
    ] as const) {
      expect(await refused(method, params)).toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('sessions.json'),
      });
    }
    expect(files.get(INDEX)).toBe(text);
  });
});

describe('sessions.preview', () => {
  it('shows the last messages, shortened, and tells what is missing from what is empty', async () => {
    fill();
    const { previews } = await call('sessions.preview', {
      keys: ['main', 'agent:main:acme:group:1', 'nobody', 'agent:ghost:main', '__proto__'],
    });
    expect(previews).toEqual([
      {
        key: 'main',
        status: 'ok',
        items: [
          { role: 'user', text: 'hello' },
          { role: 'assistant', text: 'good day' },
        ],
      },
      { key: 'agent:main:acme:group:1', status: 'empty', items: [] },
      { key: 'nobody', status: 'missing', items: [] },
      { key: 'agent:ghost:main', status: 'missing', items: [] },
      { key: '__proto__', status: 'missing', items: [] },
    ]);
    expect(await call('sessions.preview', { keys: ['main'], limit: 1 })).toMatchObject({
      previews: [{ items: [{ text: 'good day' }] }],
    });
  });

  it('survives a last line that was torn, and what was written after it', async () => {
    fill();
    const transcript = 'agents/main/sessions/s-main.jsonl';
    const before = files.get(transcript) ?? '';
    const show = async () =>
      ((await call('sessions.preview', { keys: ['main'] })).previews as { items: { text: string }[] }[])[0]?.items;
    files.set(transcript, `${before}{"type":"message","mess`);
    expect((await show())?.map(({ text }) => text)).toEqual(['hello', 'good day']);
    files.set(transcript, `${before}{"type":"message","mess${message('user', 'lost')}${message('user', 'again')}`);
    expect((await show())?.map(({ text }) => text)).toEqual(['hello', 'good day', 'again']);
  });

  it('never leaves its directory', async () => {
    files.set(INDEX, JSON.stringify({ [main]: { sessionId: '../../../secret' } }));
    files.set('agents/secret.jsonl', message('user', 'secret'));
    expect(await call('sessions.preview', { keys: ['main'] })).toMatchObject({ previews: [{ status: 'empty', items: [] }] });
  });

  it('cuts no character in two, and reads what other versions write', () => {
    const shown = { limit: 9, maxChars: 20 };
    expect(lastMessages([JSON.stringify({ role: 'toolResult', content: `${'x'.repeat(18)}😀😀` })], shown)).toEqual([
      { role: 'tool', text: `${'x'.repeat(18)}…` },
    ]);
    expect(lastMessages(['null', '[]', '1', '{"message":null}', '{"role":"user","content":[null,1]}'], shown)).toEqual([]);
  });
});

describe('sessions.reset', () => {
  it('begins anew with the same settings, and leaves the others and the transcript alone', async () => {
    fill();
    const { entry, key } = (await call('sessions.reset', { key: 'main' })) as { key: string; entry: Record<string, unknown> };
    expect([key, entry.model, entry.totalTokens]).toEqual([main, 'big', undefined]);
    expect(entry.sessionId).not.toBe('s-main');
    expect(Object.keys(JSON.parse(files.get(INDEX) ?? ''))).toContain('agent:main:acme:group:1');
    expect(files.has('agents/main/sessions/s-main.jsonl')).toBe(true);
  });

  it('makes the main one where there is none yet, but no other', async () => {
    expect(await call('sessions.reset', { key: 'main' })).toMatchObject({ ok: true, key: main });
    for (const key of ['agent:main:typo', 'agent:ghost:main', 'x'.repeat(5_000)])
      expect(await refused('sessions.reset', { key })).toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringMatching(/^unknown session: .{1,100}$/),
      });
  });

  it('keeps both of two that come at the same time', async () => {
    fill();
    await Promise.all([call('sessions.reset', { key: 'main' }), call('sessions.delete', { key: 'agent:main:acme:group:1' })]);
    const index = JSON.parse(files.get(INDEX) ?? '') as Record<string, { sessionId?: string }>;
    expect(index[main]?.sessionId).not.toBe('s-main');
    expect(Object.keys(index)).not.toContain('agent:main:acme:group:1');
  });
});

describe('sessions.delete', () => {
  it('forgets a conversation and sets its transcript aside, or not', async () => {
    fill();
    const transcript = 'agents/main/sessions/s-group.jsonl';
    files.set(transcript, message('user', 'hi'));
    expect(await call('sessions.delete', { key: 'agent:main:acme:group:1' })).toMatchObject({
      deleted: true,
      archived: [`${transcript}.deleted`],
    });
    expect(await call('sessions.delete', { key: 'agent:main:acme:group:1' })).toMatchObject({ deleted: false, archived: [] });
    files.set(INDEX, JSON.stringify({ x: { sessionId: 's-group' } }));
    files.set(transcript, message('user', 'hi'));
    expect(await call('sessions.delete', { key: 'x', deleteTranscript: false })).toMatchObject({ deleted: true, archived: [] });
    expect(files.has(transcript)).toBe(true);
  });

  it('leaves the main one', async () => {
    fill();
    expect(await refused('sessions.delete', { key: 'main' })).toEqual({
      code: 'INVALID_REQUEST',
      message: 'Cannot delete the main session (agent:main:main).',
    });
  });
});

describe('health', () => {
  it('is told when it changes, with a new version, and every minute without one', async () => {
    const listener = fakeListener();
    state.hub.add(listener);
    await lookAtHealth(state);
    await call('set-heartbeats', { enabled: false });
    expect(listener.events).toEqual([]);
    await call('set-heartbeats', { enabled: true });
    expect(listener.events).toMatchObject([
      { event: 'health', payload: { agents: [{ heartbeat: { enabled: true } }] }, stateVersion: { health: 2 } },
    ]);
    clock.ms += 60_000;
    await healthBeat(state);
    fill();
    await healthBeat(state);
    expect(listener.events.slice(1)).toMatchObject([
      { event: 'health', stateVersion: { health: 2 } },
      { event: 'health', payload: { sessions: { count: 3 } }, stateVersion: { health: 3 } },
    ]);
  });

  it('is told as it was where the files cannot be read', async () => {
    fill();
    await lookAtHealth(state);
    files.set(INDEX, '{');
    await healthBeat(state);
    expect(await call('health', {})).toMatchObject({ ok: true, sessions: { count: 3 } });
    expect(await call('last-heartbeat', {})).toBe(null);
  });
});

it('conversations of hooks that nobody can go on with do not pile up, nor what was said in them', async () => {
  files.set(INDEX, '{}');
  const rung = Array.from({ length: 202 }, () => `hook:${randomUUID()}`);
  for (const key of rung) {
    clock.ms += 1;
    const { sessionId } = await state.sessions.note(key, {});
    files.set(`agents/main/sessions/${sessionId}.jsonl`, message('user', key));
  }
  await state.sessions.note(`hook:${randomUUID()}`, {});
  const left = [...files.values()].filter((text) => text.includes('"message"'));
  await expect.poll(() => [...files.keys()].filter((name) => name.endsWith('.jsonl')).length).toBe(199);
  expect(left.join()).not.toContain(rung[0]);
  expect(Object.keys(JSON.parse(files.get(INDEX) ?? ''))).toHaveLength(200);
});
