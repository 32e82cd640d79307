import type { LogSystem, RunningChild } from './log-system.ts';
import { hasLeftovers, type LogPlace, settleLeftovers } from './settle.ts';

/**
 * On start, before a child is adopted or started: a supervisor that was killed while it turned this log over may have left its
 * child paused and the log in two pieces. Makes the log whole and lets the child go on. What somebody else stopped, with no turn
 * under way, stays stopped. True when there was something to do.
 * @throws the error of the file system; the child goes on all the same
 */
export async function recover(place: LogPlace, child: RunningChild | null, system: LogSystem): Promise<boolean> {
  if (!hasLeftovers(place, system.fs)) return false;
  const { writers } = system;
  const group = child !== null && (await system.isRunning(child)) ? child.pid : undefined;
  const paused = (writers?.find(place.path, group, new Set()) ?? []).filter((pid) => writers?.isStopped(pid));
  try {
    settleLeftovers(place, system.fs);
  } finally {
    for (const pid of paused) system.signal(pid, 'SIGCONT');
  }
  return true;
}
