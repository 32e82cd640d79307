import { describe, expect, it } from 'vitest';
import { builtInDetails } from '../gen/product-details.gen.ts';
import { findPack } from './catalogue.ts';
import { generationOf } from './generation.ts';

const openclaw = findPack('openclaw');

describe('the generation of a version', () => {
  it.each([
    ['2026.1.30', { protocols: [3], namesItself: false, http: {}, stopSeconds: 15 }],
    ['2026.2.26', { protocols: [3], namesItself: false, http: {}, stopSeconds: 15 }],
    ['2026.5.28', { http: { alive: '/healthz', ready: '/readyz' }, stopSeconds: 30, namesItself: false }],
    ['2026.8.2', { http: { started: '/startupz' }, stopSeconds: 330, fatalExits: [] }],
    ['2026.9.6', { protocols: [4], namesItself: true, stopSeconds: 330, fatalExits: [79] }],
    ['2027.1.1', { protocols: [4], namesItself: true, fatalExits: [79] }],
  ])('%s', (version, expected) => {
    expect(generationOf(openclaw, version)).toMatchObject(expected);
  });

  it.each(['dev', undefined, '2026.9.7-beta.1', '2025.12.1'])('%s: only what harms no version', (version) => {
    expect(generationOf(openclaw, version)).toEqual({
      known: false,
      protocols: [3, 4],
      namesItself: false,
      http: {},
      locks: ['openclaw-{uid}/gateway.{hash}.lock'],
      stopSeconds: 330,
      environment: { OPENCLAW_NO_RESPAWN: '1', OPENCLAW_SUPERVISOR_MODE: 'external' },
      fatalExits: [79],
      fatalRetries: 1,
    });
  });

  it('asks nothing of a product that has no versions of other makers', () => {
    expect(generationOf(findPack('zero'), '0.1.0')).toMatchObject({ environment: {}, http: {}, stopSeconds: undefined });
  });

  it.each(Object.entries(builtInDetails))(
    '%s: the columns follow each other without an overlap, the last one open',
    (_, { generations = [] }) => {
      const key = (version: string) => version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);
      generations.forEach(({ from, to }, i) => {
        const next = generations[i + 1];
        if (next) expect(key(to as string)).toBeLessThan(key(next.from));
        else expect(to).toBeUndefined();
        expect(key(from)).toBeLessThanOrEqual(key(to ?? '9999.0.0'));
      });
    },
  );
});
