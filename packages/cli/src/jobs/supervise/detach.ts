import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { LeftOutInstance } from '@polygate/core';
import { frugal } from '@polygate/core/service';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import { refuseTooLong } from '@polygate/supervisor';
import type { ControlConnection } from '@polygate/supervisor/control';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { connectSupervisor, placeOf } from './ask.ts';
import { changeOutcome } from './change.ts';
import { exitOfAll } from './exit-of.ts';
import { stoppedByName } from './last-state.ts';
import { selectNamed, selectWanted } from './select.ts';
import { untilSettled } from './settled.ts';
import { specsOf, withoutStranded } from './specs.ts';
import { DETACHED } from './succession.ts';

export interface DetachOptions {
  names: readonly string[];
  restart: boolean;
  wait: boolean;
  timeoutMs: number;
}

/** A supervisor answers as soon as it has read its settings. */
const START_BUDGET_MS = 60_000;
const POLL_MS = 25;
const LOG_BYTES = 64 * 1024;

/** Has instances run in the background: by the supervisor that runs, or by one that is started for it. */
export async function upDetached(context: Context, options: DetachOptions): Promise<Outcome> {
  const running = await connectSupervisor(context);
  const asked = running ? undefined : await startOne(context, options);
  const connection = running ?? (asked as Begun).connection;
  try {
    const { ids, leftOut } = asked ?? (await choose(context, connection, options));
    // Asked of one that was just started, too: of two at once the other may have been faster.
    await connection.ask('start', { ids });
    const reports = options.wait
      ? await untilSettled(connection, ids, options.timeoutMs)
      : (await connection.ask('list', {})).filter(({ id }) => ids.includes(id));
    const { hello } = connection;
    const message = running
      ? `The supervisor that runs (pid ${hello.pid}) looks after ${count(ids.length)}.`
      : `A supervisor (pid ${hello.pid}) looks after ${count(ids.length)}.`;
    const outcome = changeOutcome(context, { action: 'up', message, reports, hello, leftOut });
    return options.wait ? { ...outcome, exitCode: exitOfAll(reports) } : outcome;
  } finally {
    connection.close();
  }
}

interface Chosen {
  ids: string[];
  leftOut: LeftOutInstance[];
}

interface Begun extends Chosen {
  connection: ControlConnection;
}

async function choose(context: Context, connection: ControlConnection, { names }: DetachOptions): Promise<Chosen> {
  const reports = await connection.ask('list', {});
  // Its own gateways run already, and that is no reason against them.
  const known = new Set(reports.map(({ id }) => id));
  const stopped = new Set(reports.filter(({ wanted }) => !wanted.value).map(({ id }) => id));
  const { chosen, named, leftOut } =
    names.length > 0 ? await selectNamed(context, names, known) : await selectWanted(context, stopped, known);
  return { ids: names.length > 0 ? named : chosen.map(({ instance }) => instance.id), leftOut };
}

/** Everything that can be wrong is looked at first: what the other process says, nobody reads. */
async function startOne(context: Context, { names, restart }: DetachOptions): Promise<Begun> {
  refuseTooLong(placeOf(context), context.host.platform);
  // Read in both cases: one that a newer release wrote is to be told here.
  const stopped = await stoppedByName(context);
  const selected = names.length > 0 ? await selectNamed(context, names) : await selectWanted(context, stopped);
  const book = withoutStranded(await specsOf(context, selected.chosen));
  const [bad] = book.refused;
  if (bad && names.length > 0) throw bad.problem;
  const leftOut = [...selected.leftOut, ...book.refused.map(({ id, problem }) => ({ id, reason: problem.message }))];
  if (book.specs.length === 0)
    throw supervisorProblem('NOTHING_TO_RUN', { reasons: leftOut.map(({ id, reason }) => `${id}: ${reason}`) });
  const ids = names.length > 0 ? selected.named : book.specs.map(({ id }) => id);
  const connection = await launch(context, [...(names.length > 0 ? ids : []), ...(restart ? [] : ['--no-restart'])]);
  return { connection, ids, leftOut };
}

async function launch(context: Context, args: readonly string[]): Promise<ControlConnection> {
  const { host, globals } = context;
  const { folder, logFile } = placeOf(context);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = (await host.files.stat(logFile))?.size ?? 0;
  const output = openSync(logFile, 'a', 0o600);
  const own = globals.productFile === undefined ? [] : ['--product-file', host.paths.resolve(host.cwd, globals.productFile)];
  const child = spawn(process.execPath, [...frugal(process.execArgv), process.argv[1] ?? '', ...own, 'up', ...args, '--json'], {
    cwd: folder,
    env: { ...process.env, [DETACHED]: '1' },
    detached: true,
    stdio: ['ignore', output, output],
    windowsHide: true,
  });
  closeSync(output);
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    for (const event of ['exit', 'error'])
      child.once(event, () => {
        ended = true;
        resolve();
      });
  });
  child.unref();
  for (const end = host.clock.now() + START_BUDGET_MS; ; ) {
    const over = ended || host.clock.now() >= end;
    const connection = await connectSupervisor(context);
    if (connection) {
      // Another one was faster. Ours must not wait for that to end, and take its place then, unasked.
      if (connection.hello.pid !== child.pid && !ended) {
        child.ref();
        child.kill('SIGTERM');
        await gone;
      }
      return connection;
    }
    if (over) {
      const written = Math.min(LOG_BYTES, ((await host.files.stat(logFile))?.size ?? 0) - before);
      const said = written > 0 ? lastError(await host.files.tail(logFile, written)) : undefined;
      const reason = said ?? 'it ended without a word';
      throw supervisorProblem('SUPERVISOR_NOT_STARTED', {
        reason: ended ? reason : `no answer within ${START_BUDGET_MS / 1000} s`,
        log: logFile,
      });
    }
    await host.clock.sleep(POLL_MS);
  }
}

/** The failure that it printed, one JSON object on a line; else its last line. */
function lastError(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines.reverse()) {
    try {
      const { ok, error } = JSON.parse(line) as { ok?: boolean; error?: { message?: string } };
      if (ok === false && error?.message !== undefined) return error.message;
    } catch {
      return line;
    }
  }
  return undefined;
}

const count = (n: number) => (n === 1 ? '1 instance' : `${n} instances`);
