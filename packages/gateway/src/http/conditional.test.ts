import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasVersion, rangeOf } from './conditional.ts';

const version = { etag: '"a-1"', modifiedMs: Date.parse('2026-01-31T12:00:00Z') + 700 };
const at = 'Sat, 31 Jan 2026 12:00:00 GMT';
const before = 'Sat, 31 Jan 2026 11:59:59 GMT';

describe('a client has a version', () => {
  it.each([
    [{ 'if-none-match': '"a-1"' }, true],
    [{ 'if-none-match': 'W/"a-1", "x"' }, true],
    [{ 'if-none-match': '*' }, true],
    [{ 'if-none-match': '"other"' }, false],
    [{ 'if-modified-since': at }, true],
    [{ 'if-modified-since': before }, false],
    [{ 'if-modified-since': 'yesterday' }, false],
    // Tags count before times.
    [{ 'if-none-match': '"other"', 'if-modified-since': at }, false],
    [{}, false],
  ])('that says %j: %s', (headers, has) => expect(hasVersion(headers, version)).toBe(has));
});

describe('a part of a body of ten bytes', () => {
  it.each([
    ['bytes=0-3', { from: 0, to: 3 }],
    ['bytes=4-', { from: 4, to: 9 }],
    ['bytes=-3', { from: 7, to: 9 }],
    ['bytes=-30', { from: 0, to: 9 }],
    ['bytes=9-99', { from: 9, to: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', undefined],
    ['bytes=0-1,3-4', undefined],
    ['lines=0-1', undefined],
    ['bytes=-', undefined],
    ['bytes=99999999999999999999-', 'unsatisfiable'],
  ])('%s is %j', (range, part) => expect(rangeOf({ range }, 10, version)).toEqual(part));

  it('is not given of another version than the one that the client has', () => {
    const range = 'bytes=0-1';
    const part = { from: 0, to: 1 };
    expect(rangeOf({ range, 'if-range': '"a-1"' }, 10, version)).toEqual(part);
    expect(rangeOf({ range, 'if-range': at }, 10, version)).toEqual(part);
    expect(rangeOf({ range, 'if-range': '"a-2"' }, 10, version)).toBeUndefined();
    expect(rangeOf({ range, 'if-range': 'W/"a-1"' }, 10, version)).toBeUndefined();
    expect(rangeOf({ range, 'if-range': before }, 10, version)).toBeUndefined();
  });

  it('lies within it, whatever is asked for', () => {
    const header = fc.oneof(
      fc.tuple(fc.option(fc.nat(30), { nil: '' }), fc.option(fc.nat(30), { nil: '' })).map(([a, b]) => `bytes=${a}-${b}`),
      fc.string(),
    );
    fc.assert(
      fc.property(header, fc.nat(20), (range, size) => {
        const part = rangeOf({ range }, size, version);
        if (part === undefined || part === 'unsatisfiable') return;
        expect(part.from).toBeGreaterThanOrEqual(0);
        expect(part.from).toBeLessThanOrEqual(part.to);
        expect(part.to).toBeLessThan(size);
      }),
    );
  });
});
