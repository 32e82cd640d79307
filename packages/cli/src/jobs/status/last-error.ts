import { logPathOf } from '@polygate/core';
import { isMended } from '@polygate/core/status';
import type { Host } from '@polygate/host';
import type { Findings } from './facts.ts';

const TAIL_BYTES = 64 * 1024;
const JOURNAL_LINES = 20;
const SAYS_ERROR = /error|refus|cannot|failed|fatal|denied|in use|exception/i;
/** In a loop of restarts the run before tells why there is a present one. */
const LOOP_MS = 60_000;

/**
 * The last line in which the gateway said what is wrong, in its present run or, when it does not run, its last one: from its log
 * file, else from what it printed. What a config that was mended since is said to lack is not told. Bounded reads only.
 * `beganMs`: when what is asked about began, if that may be earlier than any run that is known.
 */
export async function lastError(host: Host, findings: Findings, beganMs?: number): Promise<string | undefined> {
  const { opened, service } = findings;
  const runMs = sinceMs(host, findings);
  const since = runMs === undefined || beganMs === undefined ? (runMs ?? beganMs) : Math.min(runMs, beganMs);
  if (since === undefined) return undefined;
  const stateDir = opened.instance.stateDir.value;
  const log = await host.files.tail(logPathOf(stateDir, host.paths.join, host.clock.now()), TAIL_BYTES).catch(() => '');
  const printed = service ? await service.manager.recentOutput(service.name, JOURNAL_LINES, since).catch(() => []) : [];
  // What the manager caught is newer than the log when the gateway could not even open its log.
  const said = printed.findLast((line) => SAYS_ERROR.test(line));
  // The command's own way to say it; whoever shows this line says that it is an error.
  const line = said?.replace(/^error: /, '') ?? fromLog(log, since);
  return line === undefined || isMended(line, findings.configNow) ? undefined : line;
}

/** When the present run began, or the last one; undefined: nothing is known of any. */
function sinceMs({ clock }: Host, { process, service }: Findings): number | undefined {
  const view = service?.view;
  if (view?.startedMs !== undefined && (process === undefined || process.pid === view.pid))
    return view.state === 'starting' && view.restarts > 0 ? view.startedMs - LOOP_MS : view.startedMs;
  return process && clock.now() - process.ageMs;
}

function fromLog(text: string, since: number): string | undefined {
  for (const line of text.split('\n').reverse()) {
    if (!/"level":"(error|fatal)"/.test(line)) continue;
    try {
      const { time, msg } = JSON.parse(line) as { time?: string; msg?: string };
      return time !== undefined && Date.parse(time) < since ? undefined : [time, msg].filter(Boolean).join(' ');
    } catch {
      // Cut off by the bound of the read, or of another make: it has no time to go by.
    }
  }
  return undefined;
}
