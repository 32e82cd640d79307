import { expect, it } from 'vitest';
import { stateOf } from '../testing.ts';
import { fromElsewhere, isOurName } from './from-elsewhere.ts';

it.each([
  ['127.0.0.1:18789', true],
  ['10.0.0.7', true],
  ['[::1]:18789', true],
  ['[fd00::1]', true],
  ['localhost:1', true],
  ['LOCALHOST', true],
  ['gateway:18789', true],
  ['a.localhost', true],
  ['box.home.example:443', true],
  ['box.home.example.local', true],
  ['proxy.example', true],
  [undefined, true],
  ['evil.example', false],
  ['evil.example:18789', false],
  ['box.home.example.evil.example', false],
  ['127.0.0.1.nip.io', false],
  ['127.0.0.1.', false],
  ['[::1].evil.example', false],
  ['[::1', false],
  ['', false],
  ['a b', false],
])('Host %s: %s', (host, isOurs) => {
  expect(isOurName(host, 'Box.home.example', ['proxy.example', 7, null])).toBe(isOurs);
});

it('lets a link from elsewhere be followed, and nothing of elsewhere be embedded or fetched', async () => {
  const state = await stateOf();
  const from = (method: string, headers: Record<string, string>) =>
    fromElsewhere({ method, headers: { host: '127.0.0.1', ...headers } }, state) !== undefined;
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect(from('GET', link)).toBe(false);
  expect(from('POST', link)).toBe(true);
  expect(from('GET', { ...link, 'sec-fetch-dest': 'iframe' })).toBe(true);
  expect(from('GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' })).toBe(true);
  expect(from('GET', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe(false);
  expect(from('GET', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).toBe(false);
  expect(from('GET', { origin: 'http://127.0.0.1' })).toBe(false);
  expect(from('GET', { origin: 'https://evil.example' })).toBe(true);
});
