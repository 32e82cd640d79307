import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { instanceDocument, logPathOf } from './document.ts';
import { resolveIdentity } from './identity.ts';
import { resolveInstance } from './instance.ts';

const machine = { paths: path.posix, home: '/home/ana', cwd: '/' };

function document(product: string, program?: 'reference') {
  const pack = findPack(product);
  const identity = resolveIdentity({ pack, flags: { profile: 'rescue' }, env: {}, known: [], ...machine });
  const lease = { port: 19_789, cdp: { work: 19_801 } };
  const instance = resolveInstance({ pack, identity, flags: {}, config: undefined, lease, program, ...machine });
  const service = { manager: 'systemd-user', name: 'zero-gateway-rescue', path: '/u/zero-gateway-rescue.service' } as const;
  return instanceDocument(instance, service, '/log');
}

describe('an instance in JSON', () => {
  it('has the shape that scripts rely on', () => {
    expect(document('zero', 'reference')).toEqual({
      id: 'zero/rescue',
      product: 'zero',
      profile: 'rescue',
      stateDir: '/home/ana/.zero-rescue',
      configPath: '/home/ana/.zero-rescue/zero.json',
      workspace: '/home/ana/zero-rescue',
      ports: {
        gateway: 19_789,
        browserControl: 19_791,
        canvas: 19_793,
        cdp: { first: 19_800, last: 19_899, leased: { work: 19_801 } },
      },
      service: { manager: 'systemd-user', name: 'zero-gateway-rescue', path: '/u/zero-gateway-rescue.service' },
      logPath: '/log',
      program: 'reference',
    });
  });

  it('says null, and leaves nothing out, where there is nothing', () => {
    const { ports, program } = document('openclaw');
    expect([ports.canvas, program]).toEqual([null, null]);
  });
});

describe('the log of a day', () => {
  it('is named by the day in UTC, whatever the time zone', () => {
    const of = (iso: string) => logPathOf('/s', path.posix.join, Date.parse(iso));
    expect(of('2026-01-31T23:59:59.999Z')).toBe('/s/logs/gateway-2026-01-31.log');
    expect(of('2026-02-01T01:00:00+02:00')).toBe('/s/logs/gateway-2026-01-31.log');
  });
});
