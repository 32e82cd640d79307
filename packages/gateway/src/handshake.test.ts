import { findPack } from '@polygate/core';
import { FakeClock } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { admit, closeCodeOf, helloOk } from './handshake.ts';
import type { GatewayOptions } from './options.ts';
import { type GatewayState, newState } from './state.ts';
import { WireError } from './wire-error.ts';

function state(): GatewayState {
  const { now, random, sleep } = new FakeClock();
  return newState({
    pack: findPack('zero', []),
    profile: 'main',
    stateDir: '/home/ana/.zero-main',
    configPath: '/home/ana/.zero-main/zero.json',
    host: '127.0.0.1',
    port: 18_789,
    auth: { mode: 'token', secret: 's3cret' },
    version: '1.0.0',
    hostname: 'box',
    clock: { now, random, sleep },
  } as unknown as GatewayOptions);
}

const hello = {
  minProtocol: 3,
  maxProtocol: 3,
  client: { id: 'cli', version: '1', platform: 'linux', mode: 'cli' },
  auth: { token: 's3cret' },
};

function refusalOf(params: unknown, on = state()): { code: number; message: string; details: unknown } {
  try {
    admit(params, on, 'c1');
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { code: closeCodeOf(error), message: error.shape.message, details: error.shape.details };
  }
  throw new Error('was admitted');
}

describe('a connect request', () => {
  it('lets an operator in with the scopes it asks for, and with all when it asks for none', () => {
    expect(admit({ ...hello, scopes: ['operator.read'] }, state(), 'c1').scopes).toEqual(['operator.read']);
    expect(admit(hello, state(), 'c1').scopes).toEqual(['operator.admin']);
  });

  it('gives a node no scope, whatever it asks for', () => {
    const node = { ...hello, role: 'node', client: { ...hello.client, id: 'node-host', mode: 'node' } };
    expect(admit({ ...node, scopes: ['operator.admin'] }, state(), 'c1').scopes).toEqual([]);
  });

  it.each([
    [3, 3],
    [1, 3],
    [3, 4],
    [2, 9],
  ])('accepts a client of protocol %d to %d', (minProtocol, maxProtocol) => {
    expect(admit({ ...hello, minProtocol, maxProtocol }, state(), 'c1').connId).toBe('c1');
  });

  it.each([
    [4, 5],
    [1, 2],
  ])('refuses a client of protocol %d to %d with 1002', (minProtocol, maxProtocol) => {
    expect(refusalOf({ ...hello, minProtocol, maxProtocol })).toEqual({
      code: 1002,
      message: 'protocol mismatch',
      details: { expectedProtocol: 3 },
    });
  });

  it.each([
    ['no client', { ...hello, client: undefined }, /invalid connect params/],
    ['a client nobody knows', { ...hello, client: { ...hello.client, id: 'somebody' } }, /\/client\/id/],
    ['a role that is none', { ...hello, role: 'king' }, /role/],
    ['no secret', { ...hello, auth: undefined }, /unauthorized: gateway token missing/],
    ['a wrong secret', { ...hello, auth: { token: 'x' } }, /unauthorized: gateway token mismatch/],
    ['nothing', null, /invalid connect params/],
  ])('with %s is refused with 1008', (_, params, message) => {
    const refusal = refusalOf(params);
    expect(refusal.code).toBe(1008);
    expect(refusal.message).toMatch(message);
    expect(JSON.stringify(refusal)).not.toContain('s3cret');
  });

  it('while the gateway stops is told to try again', () => {
    const stopping = state();
    stopping.stopping = true;
    expect(refusalOf(hello, stopping)).toMatchObject({ code: 1013, message: 'gateway stopping' });
  });
});

it('hello-ok has all that a client draws its first picture with, and no secret', () => {
  const on = state();
  const answer = helloOk(on, 'c1');
  expect(answer).toMatchObject({
    type: 'hello-ok',
    protocol: 3,
    server: { version: '1.0.0', host: 'box', connId: 'c1' },
    snapshot: { stateDir: '/home/ana/.zero-main', configPath: '/home/ana/.zero-main/zero.json', uptimeMs: 0 },
    policy: { maxPayload: 524_288, maxBufferedBytes: 1_572_864, tickIntervalMs: 30_000 },
  });
  expect(answer.features.methods).toContain('health');
  expect(answer.snapshot.presence).toHaveLength(1);
  expect(JSON.stringify(answer)).not.toContain('s3cret');
});
