/** Each further one falls into the widest gap that is left (the golden ratio), whatever their number: no herd. */
const GOLDEN = 0.618_033_988_749_895;
const FIRST_PAUSE_MS = 20;
const GROWTH = 1.5;
/** A gateway that says that it is starting is not asked more often than this. */
const STARTING_PAUSE_MS = 500;

/** Where in its period the n-th instance is asked: from 0 up to 1. */
export const phaseOf = (n: number): number => (n * GOLDEN) % 1;

/** Pause after the n-th answer (from 0) while it starts: short at first, since most start quickly, then the period. */
export function startupPauseMs(n: number, periodMs: number, saysStarting: boolean): number {
  const pause = Math.min(periodMs, FIRST_PAUSE_MS * GROWTH ** Math.min(n, 60));
  return saysStarting ? Math.max(STARTING_PAUSE_MS, pause) : pause;
}

export interface Due {
  /** The time at which it is due, on a grid of periods that is kept for good. */
  grid: number;
  waitMs: number;
}

/**
 * When it is asked next. One that took longer than its period is asked again at once, and once only; the grid stays, so that
 * instances that were late together do not go on together.
 */
export function nextDue(grid: number, periodMs: number, now: number): Due {
  const due = grid + periodMs;
  if (due > now) return { grid: due, waitMs: due - now };
  return { grid: due + Math.floor((now - due) / periodMs) * periodMs, waitMs: 0 };
}
