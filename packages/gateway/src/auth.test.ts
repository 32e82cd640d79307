import { describe, expect, it } from 'vitest';
import { refuseSecret, sameSecret } from './auth.ts';

const token = { mode: 'token' as const, secret: 's3cret' };
const password = { mode: 'password' as const, secret: 's3cret' };

describe('refuseSecret', () => {
  it.each([
    [token, { token: 's3cret' }, undefined],
    [token, { token: 'S3cret' }, 'AUTH_TOKEN_MISMATCH'],
    [token, { token: 's3cret ' }, 'AUTH_TOKEN_MISMATCH'],
    [token, { token: '' }, 'AUTH_TOKEN_MISSING'],
    [token, {}, 'AUTH_TOKEN_MISSING'],
    [token, undefined, 'AUTH_TOKEN_MISSING'],
    [token, { password: 's3cret' }, 'AUTH_TOKEN_MISSING'],
    [password, { password: 's3cret' }, undefined],
    [password, { token: 's3cret' }, 'AUTH_PASSWORD_MISSING'],
    [password, { password: 'x' }, 'AUTH_PASSWORD_MISMATCH'],
  ])('%o shown %o: %s', (auth, given, code) => {
    const refusal = refuseSecret(auth, given);
    expect(refusal?.code).toBe(code);
    expect(refusal?.message ?? '').not.toContain('s3cret');
  });
});

it('secrets of any length are compared by content alone', () => {
  expect(sameSecret('a'.repeat(10_000), 'a'.repeat(10_000))).toBe(true);
  expect(sameSecret('a', 'a'.repeat(10_000))).toBe(false);
  expect(sameSecret('é', 'e\u0301')).toBe(false);
});
