import { redact } from '@polygate/core';
import { pino } from 'pino';

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** The part of a logger that the gateway uses. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface GatewayLog extends Log {
  /** File that is written now. */
  readonly file: string;
  /** From now on lines of this level and above are printed too, readable, for the terminal or the journal. */
  printTo(print: (line: string) => void, level: 'debug' | 'info'): void;
  /** Goes on in another file: the day has changed. */
  moveTo(file: string): void;
  /** From now on lines of this level and above are written to the file. */
  setLevel(level: LogLevel): void;
  flush(): void;
}

export interface LogOptions {
  file: string;
  level: LogLevel;
  /** May grow. */
  secrets: Iterable<string>;
}

const RANK = { debug: 20, info: 30, warn: 40, error: 50 } as const;

/**
 * JSON lines in a file of mode 0600, written before the call returns (the last words of a crash are the ones that count),
 * and readable lines on the terminal. Known secrets never get into either.
 */
export function openLog(options: LogOptions): GatewayLog {
  const destination = pino.destination({ dest: options.file, sync: true, mkdir: true, append: true, mode: 0o600 });
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  let file = options.file;
  let printed: { print: (line: string) => void; rank: number } | undefined;
  const write =
    (level: keyof typeof RANK) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const text = redact(message, options.secrets);
      logger[level](scrub(fields, options.secrets), text);
      if (!printed || RANK[level] < printed.rank) return;
      printed.print(`${new Date().toISOString()} ${level === 'info' ? '' : `${level}: `}${text}`);
    };
  return {
    get file() {
      return file;
    },
    printTo(print, level) {
      printed = { print, rank: RANK[level] };
    },
    moveTo(next) {
      file = next;
      destination.reopen(next);
    },
    setLevel(level) {
      logger.level = level;
    },
    flush: () => destination.flushSync(),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

function scrub(fields: Record<string, unknown>, secrets: Iterable<string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? redact(value, secrets) : value]),
  );
}
