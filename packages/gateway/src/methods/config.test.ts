import { isProblem, Problem } from '@polygate/core';
import { expect, it } from 'vitest';
import type { GatewayState } from '../state.ts';
import { memoryConfig, stateOf } from '../testing.ts';
import { WireError } from '../wire-error.ts';
import type { Caller } from './method.ts';
import { callMethod } from './registry.ts';

const admin: Caller = { connId: 'c1', role: 'operator', scopes: ['operator.admin'], presence: { host: 'cli', text: 'cli' } };
const TEXT = `// mine
{
  gateway: { mode: 'local', port: 18789, auth: { token: 'canary-token' } },
  channels: { a: { botToken: 'canary-bot' } },
}
`;

async function world(text: string | undefined = TEXT) {
  const config = memoryConfig(text);
  const state = await stateOf({ configFile: config });
  return { config, state, call: (name: string, params: unknown = {}) => callMethod(name, params, state, admin) as Promise<Got> };
}

interface Got {
  hash: string;
  config: Record<string, unknown>;
  [key: string]: unknown;
}

const refused = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(WireError);
  return (error as WireError).shape;
};

it('config.get tells all but the secrets', async () => {
  const { call } = await world();
  const got = await call('config.get');
  expect(got).toMatchObject({ exists: true, valid: true, issues: [], hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(JSON.stringify(got)).not.toContain('canary');
  expect(got.config).toMatchObject({ gateway: { port: 18_789, auth: { token: '__REDACTED__' } } });
});

it('config.get tells what is wrong with a file that is broken', async () => {
  const { call } = await world('{ gateway: 3 }');
  expect(await call('config.get')).toMatchObject({
    exists: true,
    valid: false,
    issues: [{ path: 'gateway', message: 'must be an object' }],
  });
  const { call: none } = await world('{');
  expect(await none('config.get')).toMatchObject({ config: null, valid: false });
});

it('a config that was shown, edited and sent back as a whole keeps its secrets', async () => {
  const { call, config } = await world();
  const { hash, config: shown } = await call('config.get');
  const raw = JSON.stringify({ ...shown, logging: { level: 'debug' } });
  const written = await call('config.set', { raw, baseHash: hash });
  expect(config.text).toContain('canary-token');
  expect(config.text).toContain('canary-bot');
  expect(JSON.stringify(written)).not.toContain('canary');
  expect(written.hash).toBe((await call('config.get')).hash);
});

it('a patch changes what it names, and comments stay', async () => {
  const { call, config } = await world();
  const { hash } = await call('config.get');
  await call('config.patch', {
    baseHash: hash,
    patch: { gateway: { auth: { token: '__REDACTED__' } }, channels: null, ui: { a: 1 } },
  });
  expect(config.text).toContain('// mine');
  expect(config.text).toContain('canary-token');
  expect(config.text).not.toContain('canary-bot');
});

it.each(['config.set', 'config.patch', 'config.apply'])(
  '%s refuses an old base, and one without any, and writes nothing',
  async (name) => {
    const { call, config } = await world();
    const { hash } = await call('config.get');
    const change = name === 'config.patch' ? { patch: { ui: {} } } : { raw: '{}' };
    config.text = `${TEXT}// edited`;
    expect(await refused(call(name, { ...change, baseHash: hash }))).toMatchObject({
      code: 'INVALID_REQUEST',
      details: { code: 'CONFIG_CHANGED', hash: (await call('config.get')).hash },
    });
    expect(await refused(call(name, change))).toMatchObject({
      code: 'INVALID_REQUEST',
      details: { code: 'CONFIG_BASE_HASH_REQUIRED' },
    });
    expect(config.text).toBe(`${TEXT}// edited`);
  },
);

it('of two changes from one base, the second is refused', async () => {
  const { call } = await world();
  const { hash } = await call('config.get');
  const [first, second] = await Promise.allSettled(
    [1, 2].map((n) => call('config.patch', { baseHash: hash, patch: { ui: { n } } })),
  );
  expect(first?.status).toBe('fulfilled');
  expect((second as PromiseRejectedResult).reason.shape.details).toMatchObject({ code: 'CONFIG_CHANGED' });
});

it.each([
  ['of the wrong type', { raw: "{ gateway: { port: 'x' } }" }, 'gateway.port'],
  ['that is no JSON5', { raw: '{' }, ''],
  ['with a placeholder for nothing', { raw: '{ gateway: { remote: { token: "__REDACTED__" } } }' }, 'gateway.remote.token'],
  ['with the key __proto__', { raw: '{ "__proto__": {} }' }, ''],
])('a config %s is refused whole', async (_, change, path) => {
  const { call, config } = await world();
  const { hash } = await call('config.get');
  expect(await refused(call('config.set', { ...change, baseHash: hash }))).toMatchObject({
    code: 'INVALID_REQUEST',
    details: { code: 'CONFIG_INVALID', issues: [{ path }] },
  });
  expect(config.text).toBe(TEXT);
});

it('a full disk is no internal error', async () => {
  const { call, config } = await world();
  config.replace = () => Promise.reject(new Problem('DISK_FULL', { file: '/x' }));
  const { hash } = await call('config.get');
  expect(await refused(call('config.set', { raw: '{}', baseHash: hash }))).toMatchObject({
    code: 'UNAVAILABLE',
    details: { code: 'DISK_FULL' },
  });
  expect(isProblem(new Problem('DISK_FULL', { file: '/x' }))).toBe(true);
});

it('the first config of a gateway that has none needs no base', async () => {
  const { call, config } = await world('');
  config.text = undefined;
  await call('config.set', { raw: '{ ui: 1 }' });
  expect(config.text).toBe('{ ui: 1 }');
});

it('config.apply says what needs a restart, and asks for it once', async () => {
  const { call, state } = await world();
  const restarts: unknown[] = [];
  (state as GatewayState).config.effects = { takeOver: () => {}, changed: () => {}, restart: (...asked) => restarts.push(asked) };
  const { hash } = await call('config.get');
  const raw = TEXT.replace('canary-token', 'other-token').replace('18789', '19789');
  expect(await call('config.apply', { raw, baseHash: hash, restartDelayMs: 50 })).toMatchObject({
    restart: { scheduled: true, delayMs: 50, reasons: ['gateway.auth.token'] },
    pending: ['gateway.port'],
  });
  expect(restarts).toEqual([['gateway.auth.token changed', 50]]);
  expect(state.config.mayRestart).toBe(true);
});

it('config.schema is the schema of the file', async () => {
  const { call } = await world();
  expect(await call('config.schema')).toMatchObject({ version: '1.0.0', schema: { properties: { gateway: {} } } });
});
