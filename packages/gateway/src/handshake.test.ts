import { describe, expect, it } from 'vitest';
import { admit, closeCodeOf, type Door, helloOk, WrongSecret } from './handshake.ts';
import type { GatewayState } from './state.ts';
import { memoryCanvas, stateOf } from './testing.ts';
import { WireError } from './wire-error.ts';

const door = (isLocal = true): Door => ({
  connId: 'c1',
  nonce: 'n0nce',
  peer: { address: isLocal ? '127.0.0.1' : '10.0.0.7', isLocal, host: isLocal ? '127.0.0.1:18789' : '10.0.0.1:18789' },
});

const hello = {
  minProtocol: 3,
  maxProtocol: 3,
  client: { id: 'cli', version: '1', platform: 'linux', mode: 'cli' },
  auth: { token: 's3cret' },
};

async function refusalOf(params: unknown, given?: GatewayState, at = door()): Promise<Refusal> {
  const on = given ?? (await stateOf());
  try {
    await admit(params, on, at);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { code, message, details } = error.shape;
    return { close: closeCodeOf(error), code, message, details, waits: error instanceof WrongSecret };
  }
  throw new Error('was admitted');
}

interface Refusal {
  close: number;
  code: string;
  message: string;
  details: unknown;
  waits: boolean;
}

const scopesOf = async (params: unknown, at = door(), on?: GatewayState) =>
  (await admit(params, on ?? (await stateOf()), at)).caller.scopes;

describe('a connect request', () => {
  it('lets an operator in with the scopes it asks for, and with all when it asks for none', async () => {
    expect(await scopesOf({ ...hello, scopes: ['operator.read'] })).toEqual(['operator.read']);
    expect(await scopesOf(hello)).toEqual(['operator.admin']);
  });

  it('gives a node no scope, whatever it asks for', async () => {
    const node = { ...hello, role: 'node', client: { ...hello.client, id: 'node-host', mode: 'node' } };
    expect(await scopesOf({ ...node, scopes: ['operator.admin'] })).toEqual([]);
  });

  it.each([
    [3, 3],
    [1, 3],
    [3, 4],
    [2, 9],
  ])('accepts a client of protocol %d to %d', async (minProtocol, maxProtocol) => {
    expect(await scopesOf({ ...hello, minProtocol, maxProtocol })).toEqual(['operator.admin']);
  });

  it.each([
    [4, 5],
    [1, 2],
  ])('refuses a client of protocol %d to %d with 1002', async (minProtocol, maxProtocol) => {
    expect(await refusalOf({ ...hello, minProtocol, maxProtocol })).toMatchObject({
      close: 1002,
      message: 'protocol mismatch',
      details: { expectedProtocol: 3 },
    });
  });

  it.each([
    ['no client', { ...hello, client: undefined }, /invalid connect params/],
    ['a client nobody knows', { ...hello, client: { ...hello.client, id: 'somebody' } }, /\/client\/id/],
    ['a role that is none', { ...hello, role: 'king' }, /role/],
    ['neither secret nor device', { ...hello, auth: undefined }, /device identity required/],
    ['the secret in the wrong field', { ...hello, auth: { password: 's3cret' } }, /unauthorized: gateway token missing/],
    ['a wrong secret', { ...hello, auth: { token: 'x' } }, /unauthorized: gateway token mismatch/],
    ['nothing', null, /invalid connect params/],
  ])('with %s is refused with 1008', async (_, params, message) => {
    const refusal = await refusalOf(params);
    expect(refusal.close).toBe(1008);
    expect(refusal.message).toMatch(message);
    expect(JSON.stringify(refusal)).not.toContain('s3cret');
  });

  it('waits for its answer only with a wrong secret, not without one', async () => {
    expect((await refusalOf({ ...hello, auth: { token: 'x' } })).waits).toBe(true);
    expect((await refusalOf({ ...hello, auth: {} })).waits).toBe(false);
  });

  it('while the gateway stops is told to try again', async () => {
    const stopping = await stateOf();
    stopping.stopping = true;
    expect(await refusalOf(hello, stopping)).toMatchObject({ close: 1013, message: 'gateway stopping' });
  });
});

it('hello-ok has all that a client draws its first picture with, and no secret', async () => {
  const on = await stateOf();
  const answer = helloOk(on, door());
  expect(answer).toMatchObject({
    type: 'hello-ok',
    protocol: 3,
    server: { version: '1.0.0', host: 'box', connId: 'c1' },
    snapshot: { stateDir: '/home/ana/.zero-main', configPath: '/home/ana/.zero-main/zero.json', uptimeMs: 0 },
    policy: { maxPayload: 524_288, maxBufferedBytes: 1_572_864, tickIntervalMs: 30_000 },
  });
  expect(answer.features.methods).toContain('health');
  expect(answer).not.toHaveProperty('canvasHostUrl');
  const canvasHostUrl = 'http://127.0.0.1:18789';
  expect(helloOk(await stateOf({ canvas: memoryCanvas() }), door())).toMatchObject({ canvasHostUrl });
  expect(answer.snapshot.presence).toHaveLength(1);
  expect(JSON.stringify(answer)).not.toContain('s3cret');
});
