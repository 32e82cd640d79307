/** When a child that ended is started again. Times in milliseconds. */
export interface RestartPolicy {
  /** never: it stays down when it ends, however it ended. Default: always. */
  when?: 'always' | 'never' | undefined;
  /**
   * A child that had been ready this long has proven itself: it is started again at once, and its past failures are forgotten.
   * One that had merely been up this long is started again at once the first time.
   */
  steadyMs: number;
  /** First pause; doubles with each further failure. */
  firstMs: number;
  highestMs: number;
  /** Pauses vary by up to this share, so that many children do not come back in step. */
  jitter: number;
  /** This many deaths within the window park the child; so do twice as many in a row, however far apart. */
  loopDeaths: number;
  loopWindowMs: number;
  /** A parked child is tried again this rarely. */
  parkedRetryMs: number;
  /** Exit codes besides 78 after which another start cannot help. */
  fatalExits?: readonly number[] | undefined;
  /** So often it is started again all the same after one of those, or 78. Default: never. */
  fatalRetries?: number | undefined;
}

export const DEFAULT_RESTART_POLICY: RestartPolicy = {
  when: 'always',
  steadyMs: 10_000,
  firstMs: 250,
  highestMs: 30_000,
  jitter: 0.2,
  loopDeaths: 6,
  loopWindowMs: 60_000,
  parkedRetryMs: 300_000,
};

/**
 * Pause before the next start. `failures` counts the deaths in a row of a child that had not proven itself (0: start at once);
 * `random` is from 0 up to 1. Grows with failures up to highestMs, jitter included.
 */
export function restartDelayMs(policy: RestartPolicy, failures: number, random: number): number {
  if (failures === 0) return 0;
  const pause = Math.min(policy.highestMs, policy.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(Math.min(policy.highestMs, pause * (1 + policy.jitter * (random * 2 - 1))));
}
