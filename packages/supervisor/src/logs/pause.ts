import type { LogSystem } from './log-system.ts';
import type { Rotation } from './rotate.ts';

/** In sum they stay below the 50 ms that a pause may take. */
const TO_PAUSE_MS = 20;
const TO_COPY_MS = 35;

/**
 * Pauses everything that writes to the log, calls `body`, and lets it go on: in any case, and all in one go. `body` is not called
 * when the child was stopped by somebody else, who would not want it to go on, or when it does not come to rest in time.
 */
export function whilePaused(log: string, group: number, system: LogSystem, body: (isLate: () => boolean) => Rotation): Rotation {
  const { writers, now } = system;
  if (writers === undefined) return 'not-now';
  const seen = new Set<number>();
  const paused = writers.find(log, group, seen);
  if (paused.some((pid) => writers.isStopped(pid))) return 'not-now';
  const began = now();
  try {
    stop([-group, ...paused], system);
    for (;;) {
      // What was started after one looked was started by one of these; now that they rest, none comes after it.
      const fresh = paused.every((pid) => writers.isPaused(pid)) ? writers.find(log, group, seen) : undefined;
      if (fresh?.length === 0) break;
      if (now() - began > TO_PAUSE_MS) return 'behind';
      if (fresh !== undefined) {
        stop(fresh, system);
        paused.push(...fresh);
      }
    }
    return body(() => now() - began > TO_COPY_MS);
  } finally {
    for (const pid of [-group, ...paused]) system.signal(pid, 'SIGCONT');
  }
}

function stop(pids: readonly number[], system: LogSystem): void {
  for (const pid of pids) system.signal(pid, 'SIGSTOP');
}
