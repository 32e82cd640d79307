import { Problem } from '../errors/problem.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A point in time: so long ago (`90s`, `10m`, `2h`, `1d`), or ISO 8601. In milliseconds since 1970. @throws Problem OPTION_INVALID */
export function parseSince(text: string, nowMs: number): number {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNITS[unit] ?? 0);
  const time = /^\d{4}-\d\d-\d\d([T ]|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new Problem('OPTION_INVALID', {
    option: '--since',
    value: text,
    expected: 'so long ago (90s, 10m, 2h, 1d) or a time like 2026-01-31T12:00:00Z',
  });
}
