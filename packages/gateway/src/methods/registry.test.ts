import { methodTable } from '@polygate/protocol';
import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../options.ts';
import type { GatewayState } from '../state.ts';
import { stateOf } from '../testing.ts';
import { WireError } from '../wire-error.ts';
import type { Caller } from './method.ts';
import { callMethod, methodNames } from './registry.ts';

const caller = (...scopes: string[]): Caller => ({
  connId: 'c1',
  role: 'operator',
  scopes,
  presence: { host: 'cli', text: 'cli' },
});

async function refusal(name: string, params: unknown, who: Caller, given?: GatewayState) {
  const state = given ?? (await stateOf());
  const error = await callMethod(name, params, state, who).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(WireError);
  return (error as WireError).shape;
}

describe('callMethod', () => {
  it.each(['', 'nothing', 'constructor', '__proto__', 'toString'])('does not know the method "%s"', async (name) => {
    expect(await refusal(name, {}, caller('operator.admin'))).toEqual({
      code: 'INVALID_REQUEST',
      message: `unknown method: ${name}`,
    });
  });

  it('repeats an endless name only in part', async () => {
    expect((await refusal('x'.repeat(10_000), {}, caller('operator.admin'))).message.length).toBeLessThan(200);
  });

  it.each(methodNames.flatMap((name) => (methodTable[name]?.scope ? [[name, methodTable[name].scope]] : [])))(
    '%s wants the scope %s',
    async (name, scope) => {
      expect(await refusal(name, {}, caller())).toMatchObject({ details: { code: 'MISSING_SCOPE', scope } });
    },
  );

  it.each(methodNames.filter((name) => methodTable[name]?.role))('%s is for nodes alone', async (name) => {
    expect(await refusal(name, {}, caller('operator.admin'))).toMatchObject({ details: { code: 'WRONG_ROLE', role: 'node' } });
  });

  it.each(['health', 'status'])('%s takes whatever clients of other generations send along', async (name) => {
    await expect(callMethod(name, { surprise: 1 }, await stateOf(), caller('operator.admin'))).resolves.toBeDefined();
  });

  it.each(['system-presence', 'system-event', 'logs.tail'])('%s refuses a parameter that it does not know', async (name) => {
    expect((await refusal(name, { surprise: 1 }, caller('operator.admin'))).message).toContain('surprise');
  });
});

describe('system-event', () => {
  it('keeps the last 20 notes and renews the presence of who sent them', async () => {
    const state = await stateOf();
    for (let i = 0; i < 30; i += 1) {
      await callMethod('system-event', { text: `note ${i}`, instanceId: 'me' }, state, caller('operator.admin'));
    }
    expect(state.queuedEvents).toHaveLength(20);
    expect(state.queuedEvents.at(-1)).toBe('note 29');
    expect(state.presence.list()).toHaveLength(2);
  });
});

describe('logs.tail', () => {
  it('says why a log cannot be read', async () => {
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const state = await stateOf({ log: { file: '/s/log' } as GatewayOptions['log'], tailLog: () => Promise.reject(denied) });
    expect(await refusal('logs.tail', {}, caller('operator.admin'), state)).toEqual({
      code: 'UNAVAILABLE',
      message: 'log file cannot be read: EACCES',
    });
  });
});
