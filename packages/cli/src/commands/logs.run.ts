import { type LogLine, Problem, SCHEMA_VERSION } from '@polygate/core';
import { parseSince } from '@polygate/core/logs';
import type { OpenInstance, TailPage } from '@polygate/host';
import type { Handler, Options, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { type LogSource, logSource } from '../jobs/log-source.ts';
import { logsOf, type PickOptions, pickLogs } from '../jobs/logs/pick.ts';
import { showLogs } from '../jobs/logs/show.ts';
import { numberOption } from '../jobs/number-option.ts';
import { resolveTarget } from '../jobs/target.ts';

export const run: Handler = async (context, options, names) => {
  const { url, since } = options as Record<string, string | undefined>;
  const intervalMs = numberOption('--interval', options.interval, 1000);
  const sinceMs = since === undefined ? undefined : parseSince(since, context.host.clock.now());
  const wanted: PickOptions = { all: options.all === true, names, console: options.console === true };
  const files = wanted.all || wanted.console || names.length > 0 || sinceMs !== undefined;
  refuseTogether(url, files, wanted);
  const opened = files ? undefined : await context.open({ live: true });
  const own = opened && url === undefined ? logsOf(context, opened, false) : [];
  // A program of any make may know no logs.tail: what it prints is what there is.
  const picked = files ? await pickLogs(context, wanted) : own.some(({ source }) => source === 'console') ? own : undefined;
  if (picked === undefined) return fromGateway(context, opened ?? (await context.open({ live: true })), options, intervalMs);
  const limit =
    options.limit === undefined && sinceMs !== undefined ? undefined : numberOption('--limit', options.limit, 200, 5000);
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  await showLogs(context, picked, { limit, sinceMs, follow: options.follow === true, intervalMs, signal: stopped.signal });
  return {};
};

function refuseTogether(url: string | undefined, files: boolean, { all, names }: PickOptions): void {
  const [option, value] = url !== undefined && files ? ['--url', url] : ['--all', names.join(' ')];
  if ((url !== undefined && files) || (all && names.length > 0)) {
    throw new Problem('OPTION_INVALID', {
      option,
      value,
      expected: option === '--url' ? 'to stand alone: files are read' : 'no names beside it',
    });
  }
}

/** Asked of the gateway, as the family does, and read from its file while it is down. */
async function fromGateway(context: Context, opened: OpenInstance, options: Options, intervalMs: number): Promise<Outcome> {
  const { url, token, password } = options as Record<string, string | undefined>;
  const limit = numberOption('--limit', options.limit, 200, 5000);
  const target = resolveTarget(context, opened, { url, token, password });
  const source = logSource(context, opened, target, numberOption('--timeout', options.timeout, 10_000));
  try {
    const first = await source.page({ limit });
    const { file, cursor, size } = first;
    if (context.globals.json) emitLine(context, { type: 'meta', schemaVersion: SCHEMA_VERSION, file, cursor, size });
    print(context, first);
    if (options.follow) await follow(context, source, first, intervalMs);
  } finally {
    source.close();
  }
  return {};
}

/** Goes on until Ctrl-C. The protocol has no log events: following is asking again with the cursor. */
async function follow(context: Context, source: LogSource, first: TailPage, intervalMs: number): Promise<void> {
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let last = first;
  while (!stopped) {
    await context.host.clock.sleep(intervalMs);
    let page = await source.page({ cursor: last.cursor, limit: 5000 });
    // A new day is a new file, which begins at its beginning.
    if (page.file !== last.file) page = await source.page({ cursor: 0, limit: 5000 });
    print(context, page);
    last = page;
  }
}

function print(context: Context, { lines }: TailPage): void {
  for (const raw of lines) {
    const entry = parseEntry(raw);
    if (context.globals.json) emitLine(context, entry ? { type: 'log', ...entry, raw } : { type: 'raw', raw });
    else context.emit(entry ? [entry.time, entry.level, entry.message].filter(Boolean).join(' ') : raw);
  }
}

const emitLine = ({ emit }: Context, line: LogLine) => emit(JSON.stringify(line));

function parseEntry(raw: string): { time?: string; level?: string; message: string } | undefined {
  try {
    const { time, level, msg } = JSON.parse(raw) as { time?: string; level?: string; msg?: string };
    if (typeof msg !== 'string') return undefined;
    return { ...(time ? { time } : {}), ...(level ? { level: String(level) } : {}), message: msg };
  } catch {
    return undefined;
  }
}
