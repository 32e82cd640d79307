import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { type AccessFlags, gatewayUrl, isLoopback, localAddress, resolveAccess } from './access.ts';

const access = (flags: AccessFlags = {}, config: unknown = undefined, env: Record<string, string> = {}) =>
  resolveAccess(findPack('zero'), env, flags, config);

describe('where a gateway listens', () => {
  it.each([
    [{ bind: 'lan' }, { gateway: { bind: 'tailnet' } }, 'lan', 'flag'],
    [{}, { gateway: { bind: 'tailnet' } }, 'tailnet', 'config'],
    [{}, { gateway: { bind: 'everywhere' } }, 'loopback', 'product'],
    [{}, { gateway: { bind: 7 } }, 'loopback', 'product'],
    [{}, undefined, 'loopback', 'product'],
  ])('with the flags %j and the config %j: %s from the %s', (flags, config, value, origin) => {
    expect(access(flags, config).bind).toMatchObject({ value, origin });
  });

  it('is nowhere wider than this machine for a mode that nobody knows', () => {
    expect(access({ bind: '0.0.0.0' }).bind.value).toBe('loopback');
  });

  it('keeps the address of bind = custom', () => {
    expect(access({}, { gateway: { bind: 'custom', customBindHost: '10.0.0.7' } }).customHost).toBe('10.0.0.7');
  });
});

describe('the secret that a gateway asks for', () => {
  const both = { gateway: { auth: { token: 'ct', password: 'cp' } } };

  it.each([
    [{ token: 'ft' }, both, { ZERO_GATEWAY_TOKEN: 'et' }, 'token', 'ft', 'flag'],
    [{}, both, { ZERO_GATEWAY_TOKEN: 'et' }, 'token', 'et', 'env'],
    [{}, both, {}, 'token', 'ct', 'config'],
    [{ token: '' }, both, { ZERO_GATEWAY_TOKEN: ' ' }, 'token', 'ct', 'config'],
    [{ password: 'fp' }, undefined, {}, 'password', 'fp', 'flag'],
    [{}, { gateway: { auth: { password: 'cp' } } }, {}, 'password', 'cp', 'config'],
    [{}, undefined, { ZERO_GATEWAY_PASSWORD: 'ep' }, 'password', 'ep', 'env'],
    [{}, { gateway: { auth: { ...both.gateway.auth, mode: 'password' } } }, {}, 'password', 'cp', 'config'],
    [{ auth: 'password' }, both, {}, 'password', 'cp', 'config'],
    [{ auth: 'token' }, { gateway: { auth: { ...both.gateway.auth, mode: 'password' } } }, {}, 'token', 'ct', 'config'],
  ] as const)('with the flags %j, the config %j and the environment %j is a %s', (flags, config, env, mode, value, origin) => {
    const { authMode, secret } = access(flags, config, env);
    expect([authMode, secret?.value, secret?.origin]).toEqual([mode, value, origin]);
  });

  it('is none when the mode asked for has none, even though the other has one', () => {
    expect(access({ auth: 'token' }, { gateway: { auth: { password: 'cp' } } })).toMatchObject({ authMode: 'token' });
    expect(access({ auth: 'token' }, { gateway: { auth: { password: 'cp' } } }).secret).toBeUndefined();
    expect(access().secret).toBeUndefined();
  });

  it('does not keep the secrets that it prevailed over', () => {
    const { secret } = access({ token: 'ft' }, both, { ZERO_GATEWAY_TOKEN: 'et' });
    expect(secret).not.toHaveProperty('overridden');
  });
});

describe('isLoopback', () => {
  it.each(['localhost', '::1', '127.0.0.1', '127.9.9.9'])('%s: yes', (host) => expect(isLoopback(host)).toBe(true));
  it.each(['0.0.0.0', '::', '', '10.0.0.1', '127.0.0.1.example.org', '1270.0.0.1', 'localhost.example.org'])('%j: no', (host) =>
    expect(isLoopback(host)).toBe(false),
  );
});

describe('the address of local clients', () => {
  it.each([
    ['0.0.0.0', 'ws://127.0.0.1:18789'],
    ['', 'ws://127.0.0.1:18789'],
    ['localhost', 'ws://127.0.0.1:18789'],
    ['::', 'ws://[::1]:18789'],
    ['::1', 'ws://[::1]:18789'],
    ['10.0.0.7', 'ws://10.0.0.7:18789'],
  ])('of a gateway on %j is %s', (host, url) => expect(gatewayUrl(localAddress(host), 18789)).toBe(url));
});
