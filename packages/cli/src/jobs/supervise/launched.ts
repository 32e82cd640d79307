import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { frugal } from '@polygate/core/frugal';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { ControlConnection } from '@polygate/supervisor/control';
import type { Context } from '../../context.ts';
import { connectSupervisor, placeOf } from './ask.ts';
import { CHANNEL_FD, DETACHED } from './succession.ts';
import { AWAITS_WORD, giveWord } from './word.ts';

/** A supervisor in the background that has yet to be told to begin. */
export interface Launched {
  /** Gives a connection to the supervisor of this account, be it another that was faster. @throws Problem SUPERVISOR_NOT_STARTED */
  begin(): Promise<ControlConnection>;
  /** It ends, and has touched nothing. Resolves when it has ended. */
  dismiss(): Promise<void>;
}

/** A supervisor answers as soon as it has read its settings. */
const START_BUDGET_MS = 60_000;
const POLL_MS = 25;
const LOG_BYTES = 64 * 1024;

export async function launch(context: Context, args: readonly string[]): Promise<Launched> {
  const { host, globals } = context;
  const { folder, logFile } = placeOf(context);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = (await host.files.stat(logFile))?.size ?? 0;
  const output = openSync(logFile, 'a', 0o600);
  const own = globals.productFile === undefined ? [] : ['--product-file', host.paths.resolve(host.cwd, globals.productFile)];
  const child = spawn(process.execPath, [...frugal(process.execArgv), process.argv[1] ?? '', ...own, 'up', ...args, '--json'], {
    cwd: folder,
    env: { ...process.env, [DETACHED]: '1', [AWAITS_WORD]: '1' },
    detached: true,
    stdio: ['ignore', output, output, 'pipe'],
    windowsHide: true,
  });
  closeSync(output);
  // None where the process could not be made: the event `error` tells why.
  const channel = (child.stdio as ChildProcess['stdio'] | undefined)?.[CHANNEL_FD] as Duplex | undefined;
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    for (const event of ['exit', 'error'])
      child.once(event, () => {
        ended = true;
        resolve();
      });
  });
  child.unref();

  const end = async () => {
    channel?.destroy();
    child.ref();
    await gone;
  };
  return {
    dismiss: end,
    async begin() {
      if (channel) giveWord(channel);
      for (const last = host.clock.now() + START_BUDGET_MS; ; ) {
        const over = ended || host.clock.now() >= last;
        const connection = await connectSupervisor(context);
        if (connection) {
          // Another one was faster. Ours must not wait for that to end, and take its place then, unasked.
          if (connection.hello.pid !== child.pid && !ended) {
            child.kill('SIGTERM');
            await end();
          }
          return connection;
        }
        if (over) throw await notStarted();
        await host.clock.sleep(POLL_MS);
      }
    },
  };

  async function notStarted() {
    const written = Math.min(LOG_BYTES, ((await host.files.stat(logFile))?.size ?? 0) - before);
    const said = written > 0 ? lastError(await host.files.tail(logFile, written)) : undefined;
    const reason = ended ? (said ?? 'it ended without a word') : `no answer within ${START_BUDGET_MS / 1000} s`;
    return supervisorProblem('SUPERVISOR_NOT_STARTED', { reason, log: logFile });
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
