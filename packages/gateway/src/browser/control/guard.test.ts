import { describe, expect, it } from 'vitest';
import { refuse } from './guard.ts';

const auth = { mode: 'token' as const, secret: 's3cret' };
const status = (headers: Record<string, string>) => refuse({ headers }, auth)?.status ?? 200;
const good = { host: '127.0.0.1:18791', authorization: 'Bearer s3cret' };

describe('who may control browsers', () => {
  it.each([
    [200, good],
    [200, { ...good, host: 'localhost' }],
    [200, { ...good, host: '[::1]:18791' }],
    [200, { ...good, authorization: 'bearer  s3cret' }],
    [401, { host: good.host }],
    [401, { ...good, authorization: 's3cret' }],
    [401, { ...good, authorization: 'Bearer s3cre' }],
    [401, { ...good, authorization: 'Bearer ' }],
    [403, { authorization: good.authorization }],
    [403, { ...good, host: 'rebound.example:18791' }],
    [403, { ...good, host: '127.0.0.1.evil.example' }],
    [403, { ...good, origin: 'http://127.0.0.1:18791' }],
    [403, { ...good, origin: '' }],
  ])('%i: %j', (wanted, headers) => expect(status(headers)).toBe(wanted));

  it('has only a wrong secret wait: a page learns nothing by guessing, as it is refused before', () => {
    expect(refuse({ headers: { ...good, authorization: 'Bearer x' } }, auth)?.guess).toBe(true);
    expect(refuse({ headers: { ...good, authorization: 'Bearer x', origin: 'http://x' } }, auth)?.guess).toBe(false);
    expect(refuse({ headers: { host: good.host } }, auth)?.guess).toBe(false);
  });
});
