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

describe('what presence shows of a client', () => {
  it.each([
    ['text', 4_000],
    ...['deviceId', 'instanceId', 'host', 'ip', 'mode', 'version', 'platform', 'deviceFamily', 'modelIdentifier', 'reason'].map(
      (key) => [key, 256] as const,
    ),
  ] as const)('is bounded: %s has %s characters at most', async (key, most) => {
    const state = await stateOf();
    const note = (length: number) => ({ text: 'a note', instanceId: 'me', [key]: 'x'.repeat(length) });
    expect(await callMethod('system-event', note(most), state, caller('operator.admin'))).toEqual({ ok: true });
    expect(await refusal('system-event', note(most + 1), caller('operator.admin'), state)).toEqual({
      code: 'INVALID_REQUEST',
      message: `invalid system-event params: at /${key}: must NOT have more than ${most} characters`,
    });
  });

  it.each(['roles', 'scopes', 'tags'])('is bounded: %s are 50 at most, of 256 characters', async (key) => {
    const state = await stateOf();
    const note = (list: string[]) => ({ text: 'a note', instanceId: 'me', [key]: list });
    const full = Array.from({ length: 50 }, () => 'x'.repeat(256));
    expect(await callMethod('system-event', note(full), state, caller('operator.admin'))).toEqual({ ok: true });
    for (const tooMuch of [[...full, 'x'], ['x'.repeat(257)]])
      expect(await refusal('system-event', note(tooMuch), caller('operator.admin'), state)).toMatchObject({
        message: expect.stringMatching(/must NOT have more than (50 items|256 characters)/),
      });
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
