import { FakeClock } from '@polygate/testkit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TwoStages } from './methods/method.ts';
import { callMethod } from './methods/registry.ts';
import { RunFailed, Runs } from './runs.ts';
import type { GatewayState } from './state.ts';
import { fakeListener, refusalOf, stateOf } from './testing.ts';

const admin = { connId: 'a', role: 'operator' as const, scopes: ['operator.admin'], presence: {} };
const clock = new FakeClock();
let state: GatewayState;
beforeEach(async () => {
  state = await stateOf({ clock });
});
const call = (method: string, params: unknown) => callMethod(method, params, state, admin);
const ask = async (key = 'k1', more = {}) =>
  (await call('agent', { message: 'hi', idempotencyKey: key, ...more })) as TwoStages<unknown>;

describe('agent', () => {
  it('is accepted at once, and ends as an error without a provider, once for a key', async () => {
    const listener = fakeListener();
    state.hub.add(listener);
    const [first, again] = [await ask(), await ask()];
    expect(first).toBeInstanceOf(TwoStages);
    expect(first.accepted).toEqual({ runId: 'k1', status: 'accepted', acceptedAt: clock.ms });
    expect(again.accepted).toBe(first.accepted);
    expect(listener.events).toEqual([]);
    const error = (await first.final.catch((e: unknown) => e)) as RunFailed;
    expect(error).toBeInstanceOf(RunFailed);
    expect(error.shape).toEqual({ code: 'UNAVAILABLE', message: 'no provider: this gateway cannot run agent turns' });
    expect(error.payload).toEqual({ runId: 'k1', status: 'error', summary: error.message });
    await expect(again.final).rejects.toBe(error);
    expect(listener.events).toMatchObject([{ event: 'agent', payload: { runId: 'k1', seq: 1, stream: 'lifecycle' } }]);
    const another = await ask('k2');
    await another.final.catch(() => undefined);
    expect(listener.events).toHaveLength(2);
  });

  it('takes no turn for an agent that is not there', async () => {
    expect(await refusalOf(ask('k', { agentId: 'ghost' }))).toEqual({
      code: 'INVALID_REQUEST',
      message: 'unknown agent id: ghost',
    });
    (await ask('k', { agentId: 'main' })).final.catch(() => undefined);
  });
});

describe('agent.wait', () => {
  it('gives the end of a run that is over, that goes on, and that begins meanwhile', async () => {
    const early = call('agent.wait', { runId: 'k1' });
    const { final } = await ask();
    const during = call('agent.wait', { runId: 'k1' });
    await final.catch(() => undefined);
    const end = await call('agent.wait', { runId: 'k1' });
    expect(end).toMatchObject({ runId: 'k1', status: 'error', error: expect.stringContaining('no provider'), endedAt: clock.ms });
    expect(await Promise.all([early, during])).toEqual([end, end]);
  });

  it('is over in time, and when the gateway stops', async () => {
    expect(await call('agent.wait', { runId: 'nobody', timeoutMs: 0 })).toEqual({ runId: 'nobody', status: 'timeout' });
    const waiting = refusalOf(call('agent.wait', { runId: 'nobody' }));
    state.runs.stop();
    expect(await waiting).toMatchObject({ code: 'UNAVAILABLE', message: 'gateway stopping', retryable: true });
  });

  it('is over when the client that waits is gone, and for nobody else', async () => {
    const [gone, here] = [state.runs.wait('later', 30_000, 'gone'), state.runs.wait('later', 30_000, 'here')];
    state.runs.disconnected('gone');
    expect(await gone).toBeUndefined();
    (await ask('later')).final.catch(() => undefined);
    expect(await here).toMatchObject({ runId: 'later', status: 'error' });
  });
});

describe('runs', () => {
  it('are forgotten five minutes after their end, and beyond a thousand', async () => {
    const runs = new Runs(clock.now);
    const turn = vi.fn(async () => ({ runId: 'a', status: 'ok' as const }));
    await runs.begin('a', turn).final;
    expect(await runs.wait('a', 10_000, 'c')).toMatchObject({ status: 'ok' });
    clock.ms += 300_000;
    runs.begin('a', turn);
    expect(turn).toHaveBeenCalledTimes(1);
    clock.ms += 1;
    runs.begin('a', turn);
    expect(turn).toHaveBeenCalledTimes(2);
    for (let i = 0; i < 1_000; i += 1) runs.begin(`r ${i}`, turn);
    runs.begin('a', turn);
    expect(turn).toHaveBeenCalledTimes(1_003);
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

it('channels.status knows none', async () => {
  expect(await call('channels.status', { probe: true })).toMatchObject({ ts: clock.ms, channelOrder: [], channels: {} });
});
