import type { Host } from '@polygate/host';

const TERM_MS = 10_000;
const KILL_MS = 2_000;
const POLL_MS = 50;

export interface EndOptions {
  /** What was done, for people. */
  tell(line: string): void;
  /** Asks it to end where there is no SIGTERM (Windows); false when that cannot be asked of it. */
  ask?: (() => Promise<boolean>) | undefined;
}

/**
 * SIGTERM (or the call that stands for it), a bounded wait, SIGKILL; what was done is told. The stamp makes sure that it is still
 * the same process: a pid that was given to another one meanwhile is left alone. True when it is gone.
 */
export async function endProcess(
  host: Host,
  target: { pid: number; stamp: string },
  { tell, ask }: EndOptions,
): Promise<boolean> {
  const signalled = !host.processes.endTree;
  if (signalled) await host.processes.signal(target, 'SIGTERM');
  if (signalled || (await ask?.())) {
    if (await isGone(host, target, TERM_MS)) return true;
    const asked = signalled ? 'SIGTERM' : 'being asked to';
    tell(`pid ${target.pid} did not end within ${TERM_MS / 1000} s of ${asked}: killing it`);
  }
  await host.processes.signal(target, 'SIGKILL');
  return isGone(host, target, KILL_MS);
}

async function isGone(
  { processes, clock }: Host,
  { pid, stamp }: { pid: number; stamp: string },
  withinMs: number,
): Promise<boolean> {
  const end = clock.now() + withinMs;
  while ((await processes.info(pid))?.stamp === stamp) {
    if (clock.now() >= end) return false;
    await clock.sleep(POLL_MS);
  }
  return true;
}
