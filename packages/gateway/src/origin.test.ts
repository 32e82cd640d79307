import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { isForeignOrigin } from './origin.ts';

it.each([
  ['a program sends none', { host: '127.0.0.1:18789' }, false],
  ['its own page', { host: '127.0.0.1:18789', origin: 'http://127.0.0.1:18789' }, false],
  ['a page of another port', { host: '127.0.0.1:18789', origin: 'http://127.0.0.1:3000' }, true],
  ['another name of the same machine', { host: '127.0.0.1:18789', origin: 'http://localhost:18789' }, true],
  ['a page of the web', { host: '127.0.0.1:18789', origin: 'https://example.com' }, true],
  ['a page in a sandbox', { host: '127.0.0.1:18789', origin: 'null' }, true],
  ['nonsense', { host: '127.0.0.1:18789', origin: '%%%' }, true],
])('%s: %o', (_, headers, foreign) => {
  expect(isForeignOrigin({ headers } as IncomingMessage)).toBe(foreign);
});
