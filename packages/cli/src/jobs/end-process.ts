import type { Host } from '@polygate/host';

const TERM_MS = 10_000;
const KILL_MS = 2_000;
const POLL_MS = 50;

/**
 * SIGTERM, a bounded wait, SIGKILL; what was done is told. The stamp makes sure that it is still the same process: a pid
 * that was given to another one meanwhile is left alone. True when it is gone.
 */
export async function endProcess(
  host: Host,
  target: { pid: number; stamp: string },
  tell: (line: string) => void,
): Promise<boolean> {
  await host.processes.signal(target, 'SIGTERM');
  if (await isGone(host, target, TERM_MS)) return true;
  tell(`pid ${target.pid} did not end within ${TERM_MS / 1000} s of SIGTERM: killing it`);
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
