import type { ResponseFrame } from '@polygate/protocol';
import { expect, it } from 'vitest';
import { Requests } from './requests.ts';
import { stateOf } from './testing.ts';
import { startTurn } from './turns/start.ts';

async function newClient() {
  const state = await stateOf();
  const answers: ResponseFrame[] = [];
  const caller = { connId: 'c', role: 'operator' as const, scopes: ['operator.admin'], presence: {} };
  const requests = new Requests({ state, caller, respond: (frame) => answers.push(frame) });
  const ask = (id: string, method: string, params?: unknown) => requests.answer({ type: 'req', id, method, params });
  return { state, answers, requests, ask };
}

it('answers at once what needs no waiting, refusals included', async () => {
  const { answers, requests, ask } = await newClient();
  ask('1', 'health');
  ask('2', 'nothing');
  requests.answer({ type: 'req', method: 'health' });
  expect(answers).toMatchObject([
    { type: 'res', id: '1', ok: true, payload: { ok: true } },
    { type: 'res', id: '2', ok: false, error: { code: 'INVALID_REQUEST', message: 'unknown method: nothing' } },
    { type: 'res', id: 'invalid', ok: false, error: { code: 'INVALID_REQUEST' } },
  ]);
});

it('has 256 requests of a client wait at most, and refuses more until one has its answer', async () => {
  const { state, answers, ask } = await newClient();
  for (let i = 0; i < 256; i += 1) ask(`w${i}`, 'agent.wait', { runId: i === 0 ? 'first' : 'none' });
  ask('more', 'agent.wait', { runId: 'none' });
  const refused = { code: 'UNAVAILABLE', retryable: true, retryAfterMs: 1_000, message: expect.stringContaining('too many') };
  expect(answers).toMatchObject([{ id: 'more', ok: false, error: refused }]);
  startTurn(state, { runId: 'first', message: 'hi', messages: [] });
  await expect.poll(() => answers.map(({ id }) => id)).toEqual(['more', 'w0']);
  ask('again', 'health');
  expect(answers.at(-1)).toMatchObject({ id: 'again', ok: true });
  state.turns.disconnected('c');
  await state.work.idle();
  expect(answers).toHaveLength(258);
});

it('says no more of a failure of its own than that it is one', async () => {
  const { state, answers, ask } = await newClient();
  Object.assign(state.presence, { list: () => JSON.parse('{') });
  ask('1', 'system-presence');
  expect(answers).toEqual([
    { type: 'res', id: '1', ok: false, error: { code: 'UNAVAILABLE', message: 'internal error', retryable: false } },
  ]);
});
