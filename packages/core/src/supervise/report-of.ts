import type { InstanceDocument } from '../gen/output.gen.ts';
import type { Verdict } from '../status/verdict.ts';
import type { Child } from './child.ts';
import type { InstanceReport } from './report.ts';

/** So many failures in a row are a loop to the eye, before the machine parks it. */
const LOOP_FAILURES = 3;

/** What the loop around the machine knows besides the child. */
export interface Surroundings {
  id: string;
  document: InstanceDocument;
  stamp: string | null;
  probes: InstanceReport['probes'];
  /** What the last probe found. */
  found: Verdict | undefined;
  notes: readonly string[];
}

/** One row of what a supervisor tells. */
export function reportOf(child: Child, { id, document, stamp, probes, found, notes }: Surroundings): InstanceReport {
  const { state, wanted, up, ready, paused, pid, adopted, incarnation, stopRequests, restarts, deaths, reason, retryAt } = child;
  return {
    id,
    state,
    wanted,
    up,
    ready,
    paused,
    pid,
    stamp: pid === null ? null : stamp,
    adopted,
    instance: document,
    incarnation,
    stopRequests,
    restarts,
    deaths,
    reason,
    retryAt,
    probes,
    verdict: verdictOf(child, found),
    notes,
  };
}

/** The verdict on a supervised child. `found`: what its last probe found, which tells more of one that runs and is not ready. */
export function verdictOf(child: Child, found?: Verdict): Verdict {
  if (child.wrong !== null) return 'wrong-instance';
  switch (child.state) {
    case 'down':
    case 'ended':
      return 'stopped';
    case 'parked':
      return 'parked';
    case 'waiting':
      return child.failures >= LOOP_FAILURES ? 'crash-looping' : 'starting';
    case 'blocked':
    case 'spawning':
    case 'starting':
    case 'restarting':
      return 'starting';
    case 'stopping':
      return child.ending?.startsWith('liveness') ? 'unresponsive' : child.wanted.value ? 'starting' : 'stopped';
    case 'running':
      // That it refuses the secret is told at once: waiting does not mend it.
      if (!child.served && found !== 'unauthorized') return 'starting';
      return found === undefined || found === 'healthy' ? 'degraded' : found;
    case 'ready':
      return 'healthy';
  }
}
