import { describe, expect, it } from 'vitest';
import { peerOf } from './peer.ts';

const at = (remoteAddress: string | undefined, headers: Record<string, string>) =>
  peerOf({ socket: { remoteAddress }, headers } as Parameters<typeof peerOf>[0]).isLocal;

describe('a client', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:18789'],
    ['127.0.0.1', 'localhost:18789'],
    ['::ffff:127.0.0.1', 'LOCALHOST'],
    ['::1', '[::1]:18789'],
  ])('from %s that calls it %s is on this machine', (address, host) => {
    expect(at(address, { host })).toBe(true);
  });

  it.each([
    ['from elsewhere', '10.0.0.7', { host: '127.0.0.1' }],
    ['that calls it by another name', '127.0.0.1', { host: 'gateway.example' }],
    ['that calls it by a name like a local one', '127.0.0.1', { host: '127.0.0.1.example' }],
    ['that says no name', '127.0.0.1', {}],
    ['behind a proxy', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '10.0.0.7' }],
    ['behind another proxy', '127.0.0.1', { host: 'localhost', forwarded: 'for=10.0.0.7' }],
    ['that is gone', undefined, { host: 'localhost' }],
  ])('%s is not', (_, address, headers) => {
    expect(at(address, headers as Record<string, string>)).toBe(false);
  });
});
