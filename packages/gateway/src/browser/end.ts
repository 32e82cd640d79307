import { within } from '../within.ts';
import type { BrowserMeans } from './means.ts';
import type { RunningBrowser } from './running.ts';

const CLOSE_MS = 5_000;
const TERM_MS = 3_000;
const KILL_MS = 2_000;
const POLL_MS = 25;

type Target = { pid: number; stamp: string; exited?: Promise<string> | undefined };

/** Ends a browser that is ours: asked, then SIGTERM, then SIGKILL, and what it left of its group. Others are let go of. */
export async function endBrowser(means: BrowserMeans, { cdp, process }: Pick<RunningBrowser, 'cdp' | 'process'>): Promise<void> {
  if (process) {
    // It closes its connection when it goes, which is as good as an answer.
    if (cdp.isOpen) void cdp.call('Browser.close', {}, { timeoutMs: CLOSE_MS }).catch(() => undefined);
    if (!(cdp.isOpen && (await isGone(means, process, CLOSE_MS)))) await endProcess(means, process);
    means.machine.endRest(process.pid);
  }
  cdp.close();
}

/** Ends a browser that answers nothing. The stamp makes sure that it is still that process. */
export async function endProcess(means: BrowserMeans, target: Target): Promise<void> {
  for (const [signal, ms] of [
    ['SIGTERM', TERM_MS],
    ['SIGKILL', KILL_MS],
  ] as const) {
    if (!(await means.machine.signal(target, signal)) || (await isGone(means, target, ms))) return;
  }
}

async function isGone({ host }: BrowserMeans, { pid, stamp, exited }: Target, ms: number): Promise<boolean> {
  if (exited) return within(exited, ms);
  // The end of a process that another one started is told to nobody here.
  const end = host.clock.monotonic() + ms;
  while ((await host.processes.info(pid))?.stamp === stamp) {
    if (host.clock.monotonic() >= end) return false;
    await host.clock.sleep(POLL_MS);
  }
  return true;
}
