import { setTimeout as delay } from 'node:timers/promises';
import { type LogLine, SCHEMA_VERSION } from '@polygate/core';
import { mergeByTime, plainText } from '@polygate/core/logs';
import { filesOf, LogReader, type ReadLine, seekLines, seekTime } from '@polygate/host/logs';
import type { Context } from '../../context.ts';
import { drained, isTerminal } from '../../output/stdout.ts';
import { style } from '../../output/style.ts';
import type { PickedLog } from './pick.ts';

export interface ShowOptions {
  /** Lines from the end; undefined: all since. */
  limit: number | undefined;
  sinceMs: number | undefined;
  follow: boolean;
  intervalMs: number;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

interface Line extends ReadLine {
  log: PickedLog;
}

const COLOURS = ['cyan', 'magenta', 'yellow', 'green', 'blue', 'red'] as const;
/** Lines of a log without times, of which nobody knows when they were written. */
const WITHOUT_TIME = 200;
const BUSY_PAUSE_MS = 10;

/** Prints logs by time, each read from its files in bounded memory. */
export async function showLogs(context: Context, logs: readonly PickedLog[], options: ShowOptions): Promise<void> {
  const { limit, sinceMs, follow, intervalMs, signal } = options;
  const print = printer(context, logs);
  const opened = logs.map((log) => ({ log, reader: openLog(context, log, options) }));
  const readers = opened.map(
    ({ log, reader }) =>
      async () =>
        nextOf(reader, log, sinceMs, signal),
  );
  const last: Line[] = [];
  for await (const line of mergeByTime(readers)) {
    if (signal.aborted) return;
    if (limit === undefined) await print(line);
    else if (last.push(line) > 2 * limit) last.splice(0, limit);
  }
  if (!follow) last.push(...restsOf(opened, sinceMs));
  for (const line of limit === undefined ? last : last.slice(-limit)) await print(line);
  while (follow && !signal.aborted) {
    await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    for await (const line of mergeByTime(readers)) {
      if (signal.aborted) return;
      await print(line);
    }
  }
}

function openLog({ globals, emit }: Context, { id, directory, source }: PickedLog, { limit, sinceMs }: ShowOptions): LogReader {
  const { files } = filesOf(directory, source);
  const start = sinceMs === undefined ? seekLines(files, limit ?? WITHOUT_TIME) : seekTime(files, sinceMs, limit ?? WITHOUT_TIME);
  const current = files.at(-1);
  // Nothing of it is recent: it goes on from its end.
  const end = current && { key: current.key, offset: current.size, at: current.modifiedMs };
  if (globals.json && current) {
    const meta: LogLine = { type: 'meta', schemaVersion: SCHEMA_VERSION, file: current.path, cursor: 0, size: current.size };
    emit(JSON.stringify({ ...meta, cursor: (start ?? end)?.offset ?? 0, instance: id, source } satisfies LogLine));
  }
  return new LogReader(directory, source, start ?? end);
}

async function nextOf(reader: LogReader, log: PickedLog, sinceMs = 0, signal?: AbortSignal): Promise<Line | undefined> {
  for (;;) {
    const line = reader.next();
    if (line === undefined && reader.isBusy && !signal?.aborted) await delay(BUSY_PAUSE_MS);
    else if (line === undefined) return undefined;
    else if (line.at >= sinceMs) return { ...line, log };
  }
}

/** The last words of a program may lack the end of their line; half a log entry is none. */
function restsOf(opened: readonly { log: PickedLog; reader: LogReader }[], sinceMs = 0): Line[] {
  return opened.flatMap(({ log, reader }) => {
    const rest = log.source === 'console' ? reader.rest() : undefined;
    return rest === undefined || rest.at < sinceMs ? [] : [{ ...rest, log }];
  });
}

function printer({ globals, emit }: Context, logs: readonly PickedLog[]): (line: Line) => Promise<void> {
  const ids = [...new Set(logs.map(({ id }) => id))];
  const width = Math.max(0, ...ids.map((id) => id.length));
  const prefixes = new Map(
    ids.map((id, i) => [id, ids.length < 2 ? '' : `${style(COLOURS[i % COLOURS.length] ?? 'cyan', id.padEnd(width))} | `]),
  );
  const clean = isTerminal() ? plainText : (text: string) => text;
  return async ({ log, entry, raw, at }) => {
    const { time, level, message } = entry;
    if (globals.json) {
      const of = { instance: log.id, source: log.source };
      const line: LogLine =
        message === undefined
          ? { type: 'raw', raw, ...(at > 0 ? { time: new Date(at).toISOString() } : {}), ...of }
          : { type: 'log', ...(time ? { time } : {}), ...(level ? { level } : {}), message, raw, ...of };
      emit(JSON.stringify(line));
    } else {
      const text = message === undefined ? raw : [time, level, message].filter(Boolean).join(' ');
      emit(`${prefixes.get(log.id) ?? ''}${clean(text)}`);
    }
    await drained();
  };
}
