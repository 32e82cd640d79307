/** What a line of a log says, as far as it is made out. */
export interface LogEntry {
  /** As it stands in the line. */
  time?: string;
  level?: string;
  message?: string;
  /** The same, in milliseconds since 1970. */
  timeMs?: number;
}

// What programs print in front of a line: an ISO time, with a blank for the T, in brackets, with a comma for the point.
const LEADING = /^\s{0,8}\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)\b/;

/** Makes out time, level and message: of a line of JSON (`time`, `level`, `msg` or `message`), or the time in front of any other. */
export function parseLogLine(raw: string): LogEntry {
  return raw.startsWith('{') ? (parseJson(raw) ?? {}) : parsePlain(raw);
}

function parseJson(raw: string): LogEntry | undefined {
  try {
    const { time, level, msg, message = msg } = JSON.parse(raw) as Record<string, unknown>;
    const timeMs = typeof time === 'number' ? time : typeof time === 'string' ? Date.parse(time) : Number.NaN;
    const known = Number.isFinite(timeMs);
    return {
      ...(typeof time === 'string' ? { time } : known ? { time: isoOf(timeMs) } : {}),
      ...(known ? { timeMs } : {}),
      ...(level === undefined || level === null ? {} : { level: String(level) }),
      ...(typeof message === 'string' ? { message } : {}),
    };
  } catch {
    return undefined;
  }
}

function parsePlain(raw: string): LogEntry {
  const time = LEADING.exec(raw)?.[1];
  const timeMs = time === undefined ? Number.NaN : Date.parse(time.replace(' ', 'T').replace(',', '.'));
  return time === undefined || Number.isNaN(timeMs) ? {} : { time, timeMs };
}

/** Years beyond what a Date holds are left as they are found. */
const isoOf = (ms: number): string => (Math.abs(ms) > 8.64e15 ? String(ms) : new Date(ms).toISOString());
