import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Supervised } from './supervised.ts';

/** Beyond what its probes allow a start to take, before it is taken for one that does not come up. */
const GRACE_MS = 60_000;

/**
 * Restarts one after the other, each ready before the next. One that is not wanted is left down.
 * @throws Problem RESTART_INCOMPLETE at the first that does not come up; those after it were not touched
 */
export async function rollOver(all: readonly Supervised[]): Promise<void> {
  const ones = all.filter(({ child }) => child.wanted.value);
  for (const [i, one] of ones.entries()) {
    await one.restart();
    // From here on it is not ready before it is back.
    const isReady = () => one.child.ready.value;
    const hasFailed = () =>
      ['down', 'ended', 'parked'].includes(one.child.state) || (one.child.state === 'waiting' && one.child.failures > 0);
    await one.until(() => isReady() || hasFailed(), boundMs(one));
    if (isReady()) continue;
    throw supervisorProblem('RESTART_INCOMPLETE', {
      instance: one.spec.id,
      reason: one.child.reason ?? 'it did not become ready in time',
      left: ones.slice(i + 1).map(({ spec }) => spec.id),
    });
  }
}

function boundMs({ spec: { stop, probes } }: Supervised): number {
  const start = [probes.startup, probes.readiness].reduce(
    (sum, probe) => sum + (probe ? probe.initialDelayMs + (probe.periodMs + probe.timeoutMs) * probe.failureThreshold : 0),
    0,
  );
  // Twice: to go in place, and to end when it did not.
  return 2 * stop.budgetMs + start + GRACE_MS;
}
