import { describeHolders } from '@polygate/core';
import {
  type BrowserSettings,
  browserArguments,
  browserEnvironment,
  browserProblem,
  listeningAt,
  saysPortTaken,
  whyNotStarted,
} from '@polygate/core/browser';
import type { StartedBrowser } from '@polygate/host/browser';
import { endProcess } from './end.ts';
import type { Place } from './leftover.ts';
import type { FoundBrowser } from './means.ts';
import { forgetRecord, writeRecord } from './record.ts';
import { connect, type OwnProcess, type RunningBrowser } from './running.ts';

const START_MS = 30_000;

/**
 * Starts the browser of a profile on data that are free, on its CDP port, or on the next where a stranger is on that; who it is, is
 * said. @throws Problem BROWSER_NOT_FOUND, BROWSER_SANDBOX, BROWSER_NO_DISPLAY, BROWSER_START_FAILED, CDP_PORTS_EXHAUSTED
 */
export async function launch(place: Place, settings: BrowserSettings): Promise<RunningBrowser> {
  const { means, keep, log, profile, userDataDir } = place;
  const found = await means.find(settings);
  await means.host.files.makeDir(userDataDir, 0o700);
  const avoid = new Set<number>();
  for (;;) {
    const port = await means.lease(settings, avoid);
    const stranger = await strangerOn(place, port);
    if (stranger === undefined) {
      const running = await startOn(place, settings, found, port);
      if (running) return running;
    }
    const who = stranger ?? (await strangerOn(place, port)) ?? 'something that came in between';
    log.warn(`browser ${profile}: CDP port ${port} is held by ${who}: taking another one`);
    await forgetRecord(keep, profile);
    avoid.add(port);
  }
}

/** Who is on a port that should be free, in words. */
async function strangerOn({ means: { host } }: Place, port: number): Promise<string | undefined> {
  const holders = await host.net.listeners(port);
  if (holders && holders.length > 0) return describeHolders(holders);
  return (await host.net.isFree(port)) ? undefined : 'the system, or somebody who cannot be seen from here';
}

/** undefined: the port was taken by another one in this moment. */
async function startOn(
  place: Place,
  settings: BrowserSettings,
  { kind, path: program }: FoundBrowser,
  port: number,
): Promise<RunningBrowser | undefined> {
  const { means, keep, profile, userDataDir } = place;
  const { host, machine } = means;
  const { headless, noSandbox } = settings;
  const args = browserArguments({ platform: host.platform, port, userDataDir, headless, noSandbox });
  const startedAt = host.clock.now();
  const started = await machine
    .start(program, args, { env: browserEnvironment(host.env), cwd: userDataDir })
    .catch((error: Error) => {
      throw browserProblem('BROWSER_START_FAILED', { program, reason: error.message }, { cause: error });
    });
  const stamp = (await host.processes.info(started.pid))?.stamp ?? '';
  const process: OwnProcess = { pid: started.pid, stamp, port, kind, adopted: false, exited: started.exited };
  try {
    await writeRecord(keep, profile, { pid: started.pid, stamp, kind, machine: await machine.names(), port, startedAt });
    const socket = await untilListening(place, started, program);
    if (socket !== undefined) {
      const connected = await connect(socket, profile);
      const owners = await means.owners(port, started.pid);
      if (owners.size === 0 || owners.has(started.pid)) return { ...connected, socket, startedAt, process };
      connected.cdp.close();
    }
    await endProcess(means, process);
    machine.endRest(started.pid);
    return undefined;
  } catch (error) {
    await endProcess(means, process);
    machine.endRest(started.pid);
    await forgetRecord(keep, profile);
    throw error;
  }
}

/** The socket that it says it listens on; undefined when it could not have its port. */
async function untilListening(
  { profile, stopping }: Place,
  started: StartedBrowser,
  program: string,
): Promise<string | undefined> {
  const lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stop = () => {};
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      timer = setTimeout(() => reject(browserProblem('BROWSER_START_FAILED', { program, reason: silent(lines) })), START_MS);
      stop = () => reject(browserProblem('BROWSER_GONE', { profile, reason: 'the gateway stops' }));
      if (stopping.aborted) stop();
      stopping.addEventListener('abort', stop);
      started.onLine((line) => {
        lines.push(line);
        const socket = listeningAt(line);
        if (socket !== undefined) resolve(socket);
        else if (saysPortTaken(line)) resolve(undefined);
      });
      void started.exited.then((ending) => reject(notStarted(program, ending, lines)));
    });
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
    started.onLine(() => undefined);
  }
}

const silent = (lines: readonly string[]) =>
  `it did not open its debugging port within ${START_MS / 1_000} s (${whyNotStarted(lines).line || 'it printed nothing'})`;

function notStarted(program: string, ending: string, lines: readonly string[]): Error {
  const { why, line } = whyNotStarted(lines);
  const reason = line === '' ? ending : `${line} (${ending})`;
  if (why === 'sandbox') return browserProblem('BROWSER_SANDBOX', { program, reason });
  if (why === 'display') return browserProblem('BROWSER_NO_DISPLAY', { program, reason });
  return browserProblem('BROWSER_START_FAILED', { program, reason });
}
