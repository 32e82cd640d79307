import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByTime, parseLogLine, parseSince } from './index.ts';

const NOON = Date.parse('2026-01-31T12:00:00Z');

describe('parseLogLine', () => {
  it.each([
    ['{"time":"2026-01-31T12:00:00Z","level":"warn","msg":"hi"}', { level: 'warn', message: 'hi', timeMs: NOON }],
    [`{"time":${NOON},"message":"hi"}`, { time: '2026-01-31T12:00:00.000Z', message: 'hi', timeMs: NOON }],
    ['[2026-01-31 13:00:00,000+01:00] hi', { time: '2026-01-31 13:00:00,000+01:00', timeMs: NOON }],
    ['2026-01-31T12:00:00.000Z info hi', { timeMs: NOON }],
  ])('%s', (raw, entry) => expect(parseLogLine(raw)).toMatchObject(entry));

  it('makes nothing out of what says nothing', () => {
    for (const raw of ['', 'plain', '{"torn":', '[1,2]', '2026-99-99T00:00:00Z x', '{"time":"soon"}'])
      expect(parseLogLine(raw).timeMs).toBeUndefined();
    expect(parseLogLine('{"time":1e300,"msg":"x"}').message).toBe('x');
  });
});

describe('parseSince', () => {
  it('is so long ago, or a time', () => {
    expect(parseSince('10m', NOON)).toBe(NOON - 600_000);
    expect(parseSince('1d', NOON)).toBe(NOON - 86_400_000);
    expect(parseSince('2026-01-31T12:00:00Z', 0)).toBe(NOON);
    expect(parseSince('2026-01-31', 0)).toBe(NOON - 43_200_000);
  });

  it.each(['', '10', 'm', '-1m', '10 m', '1w', 'yesterday', '2026', '1e3s'])('refuses %j', (text) =>
    expect(() => parseSince(text, NOON)).toThrow('--since'),
  );
});

describe('mergeByTime', () => {
  it('gives every line once, by time, each log in its own order', async () => {
    const sorted = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }).map((times) => times.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(fc.array(sorted, { maxLength: 5 }), async (logs) => {
        const lines = logs.map((times, log) => times.map((at, i) => ({ at, log, i })));
        const merged = [];
        for await (const line of mergeByTime(lines.map((own) => [...own]).map((own) => async () => own.shift())))
          merged.push(line);
        expect(merged).toEqual(lines.flat().sort((a, b) => a.at - b.at || a.log - b.log || a.i - b.i));
      }),
    );
  });
});
