import { leftoverPath } from '@polygate/core/supervise';
import { copyRest, copyUntilNear } from './copy.ts';
import type { LogSystem, RunningChild } from './log-system.ts';
import { whilePaused } from './pause.ts';
import { type LogPlace, numberOne, restOf, settleLeftovers, writeAll } from './settle.ts';

/**
 * rotated · not-now: the child was to be left alone (it is gone, being stopped, or somebody stopped it) · behind: it wrote faster
 * than could be copied, or did not pause in time. Whatever it is, nothing is lost; what did not happen may be tried again.
 */
export type Rotation = 'rotated' | 'not-now' | 'behind';

export interface RotateOptions {
  /** Asked once more, right before the child is paused. */
  mayPause(): boolean;
}

/**
 * Turns over the log that a running child appends to: what it held is then in `<path>.1`, in whole lines. The child is paused for
 * no longer than it takes to copy its last words (50 ms at the very most), and always goes on.
 * @throws the error of the file system (ENOSPC); the log is then as it was
 */
export async function rotate(
  place: LogPlace,
  child: RunningChild,
  system: LogSystem,
  { mayPause }: RotateOptions,
): Promise<Rotation> {
  const { fs } = system;
  if (system.writers === undefined) return 'not-now';
  settleLeftovers(place, fs);
  const part = leftoverPath(place.path, 'part');
  const log = fs.openSync(place.path, 'r+');
  try {
    const copy = fs.openSync(part, 'wx+', 0o600);
    try {
      const copied = await copyUntilNear(log, copy, system);
      if (copied === undefined) return 'behind';
      if (!(await system.isRunning(child)) || !mayPause()) return 'not-now';
      // From here to the end nothing else of this process runs: no stop can begin, no child be reaped.
      const outcome = whilePaused(place.path, child.pid, system, (isLate) => {
        const size = copyRest(log, copy, copied, isLate, fs);
        if (size === undefined) return 'behind';
        if (size === 0) return 'not-now';
        return empty(place, log, copy, size, fs);
      });
      if (outcome === 'rotated') numberOne(place, 'done', fs);
      return outcome;
    } finally {
      fs.closeSync(copy);
    }
  } finally {
    fs.closeSync(log);
    // Whatever came in between: nothing of it stays behind.
    settleLeftovers(place, fs);
  }
}

/** Between two processes: nobody writes, and the log itself becomes number 1. */
export function turnOver(place: LogPlace, { fs }: Pick<LogSystem, 'fs'>): void {
  settleLeftovers(place, fs);
  fs.chmodSync(place.path, 0o600);
  numberOne(place, undefined, fs);
}

/** All of the log is in the copy, and nobody writes: the log is emptied but for the beginning of a line, which stays with its end. */
function empty(place: LogPlace, log: number, copy: number, size: number, fs: LogSystem['fs']): Rotation {
  const rest = restOf(copy, size, fs);
  // Nothing but the beginning of a line: it has to stay.
  if (rest.length === size) return 'not-now';
  fs.renameSync(leftoverPath(place.path, 'part'), leftoverPath(place.path, 'whole'));
  fs.ftruncateSync(log, 0);
  if (rest.length > 0) {
    writeAll(log, rest, 0, fs);
    fs.ftruncateSync(copy, size - rest.length);
  }
  fs.renameSync(leftoverPath(place.path, 'whole'), leftoverPath(place.path, 'done'));
  return 'rotated';
}
