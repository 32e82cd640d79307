import type { ProbeOutcome } from '../status/probe.ts';
import type { Verdict } from '../status/verdict.ts';
import type { ProbeState } from './report.ts';
import { PROBE_ROLES, type ProbeRole, type ProbeSpec, type ProbeSpecs } from './spec.ts';

/** What asking once found. The words of the ladder; the other kinds know `ok`, `closed`, `silent` and `failed`. */
export interface Finding {
  outcome: ProbeOutcome | 'failed';
  /** One line. */
  detail: string;
  ms: number;
  /** When the answer was there (milliseconds since 1970). */
  at: number;
}

export type ProbeTold = 'startup-ok' | 'startup-failed' | 'ready' | 'unready' | 'alive' | 'liveness-failed' | 'wrong-instance';

/** How far a child has come in the kubelet's sense. */
export interface ProbeProgress {
  /** startup: only that probe is asked · running: the two others are · failed: it did not start in its time. */
  readonly phase: 'startup' | 'running' | 'failed';
  /** When the startup probe was asked first; null: not yet. */
  readonly askedSince: number | null;
  readonly ready: boolean;
  readonly outcome: Finding['outcome'] | null;
  readonly states: Readonly<Record<ProbeRole, ProbeState | null>>;
}

export interface Settled {
  progress: ProbeProgress;
  /** In this order. */
  told: ProbeTold[];
}

type Weight = 'good' | 'bad' | 'neither';

/**
 * What an answer counts for. A gateway that says that it is starting is left alone; one that refuses the secret, or speaks
 * another protocol, is alive and of no use, and a restart would mend neither; one of another state directory is not ours to end.
 */
export function weigh(role: ProbeRole, outcome: Finding['outcome']): Weight {
  switch (outcome) {
    case 'ok':
      return 'good';
    case 'starting':
    case 'wrong-instance':
      return role === 'readiness' ? 'bad' : 'neither';
    case 'unauthorized':
    case 'protocol':
    case 'rpc-failed':
      return role === 'readiness' ? 'bad' : 'good';
    default:
      return 'bad';
  }
}

const UNASKED: ProbeState = { ok: null, at: null, count: 0, detail: null, ms: null };

/** What is known of a process that has started, and was asked before: by an earlier supervisor, or under other settings. */
export interface Started {
  /** How its startup probe stood then. */
  startup: ProbeState | null;
  ready: boolean;
}

/**
 * A child that was just started, or taken over. Without a startup probe it counts as started, and so does one that is known to
 * have `started`: a startup probe that succeeded once is not asked again, else one that hangs would have its startup budget.
 */
export function beginProbing(specs: ProbeSpecs, before?: Started): Settled {
  const states = Object.fromEntries(PROBE_ROLES.map((role) => [role, specs[role] && UNASKED])) as ProbeProgress['states'];
  const progress: ProbeProgress = { phase: 'startup', askedSince: null, ready: false, outcome: null, states };
  if (!before) return specs.startup ? { progress, told: [] } : started({ progress, told: [] }, specs);
  const begun = started({ progress: { ...progress, states: { ...states, startup: before.startup } }, told: [] }, specs);
  return before.ready ? { ...begun, progress: { ...begun.progress, ready: true } } : begun;
}

/**
 * What of a process's probes outlives a change of who asks; undefined while it has not started, or starts anew in place.
 * `isUp`: its state says that it has started, where no probe does.
 */
export function startedBefore(
  { startup }: Readonly<Record<ProbeRole, ProbeState | null>>,
  isUp: boolean,
): Omit<Started, 'ready'> | undefined {
  return startup ? (startup.ok ? { startup } : undefined) : isUp ? { startup } : undefined;
}

/** It goes through its start again with the process that it has (a restart in place): its startup budget begins anew. */
export function startOver(progress: ProbeProgress, specs: ProbeSpecs): Settled {
  if (!specs.startup) return { progress, told: [] };
  const states = { ...progress.states, startup: UNASKED };
  return {
    progress: { ...progress, phase: 'startup', askedSince: null, ready: false, states },
    told: progress.ready ? ['unready'] : [],
  };
}

/** Takes an answer in. An answer of a probe that is not asked in this phase came too late, and changes nothing. */
export function settle(progress: ProbeProgress, specs: ProbeSpecs, role: ProbeRole, finding: Finding): Settled {
  const spec = specs[role];
  const isAsked = progress.phase === 'startup' ? role === 'startup' : progress.phase === 'running' && role !== 'startup';
  if (!spec || !isAsked) return { progress, told: [] };
  const weight = weigh(role, finding.outcome);
  const state = counted(progress.states[role] ?? UNASKED, weight, finding);
  const before = progress.outcome;
  const next: ProbeProgress = {
    ...progress,
    askedSince: progress.askedSince ?? finding.at - finding.ms,
    outcome: finding.outcome,
    states: { ...progress.states, [role]: state },
  };
  const settled: Settled = {
    progress: next,
    told: finding.outcome === 'wrong-instance' && before !== 'wrong-instance' ? ['wrong-instance'] : [],
  };
  if (weight === 'neither') return settled;
  switch (role) {
    case 'startup':
      return weight === 'good' ? started(settled, specs) : stillStarting(settled, spec, finding.at);
    case 'readiness':
      return readiness(settled, spec, state);
    case 'liveness':
      return liveness(settled, spec, state);
  }
}

function counted(state: ProbeState, weight: Weight, { at, detail, ms }: Finding): ProbeState {
  // What is neither good nor bad is shown, and breaks no row.
  if (weight === 'neither') return { ...state, at, detail, ms };
  const ok = weight === 'good';
  return { ok, at, detail, ms, count: state.ok === ok ? state.count + 1 : 1 };
}

function started({ progress, told }: Settled, specs: ProbeSpecs): Settled {
  const ready = specs.readiness === null;
  return {
    progress: { ...progress, phase: 'running', ready },
    told: [...told, 'startup-ok', ...(ready ? ['ready' as const] : [])],
  };
}

/** The budget is a time, failureThreshold × period: at first it is asked more often than that, so that a quick start is seen quickly. */
function stillStarting(settled: Settled, { failureThreshold, periodMs }: ProbeSpec, at: number): Settled {
  const { progress, told } = settled;
  if (at - (progress.askedSince ?? at) < (failureThreshold - 1) * periodMs) return settled;
  return { progress: { ...progress, phase: 'failed' }, told: [...told, 'startup-failed'] };
}

function readiness({ progress, told }: Settled, spec: ProbeSpec, { ok, count }: ProbeState): Settled {
  if (ok && !progress.ready && count >= spec.successThreshold) {
    return { progress: { ...progress, ready: true }, told: [...told, 'ready'] };
  }
  if (!ok && progress.ready && count >= spec.failureThreshold) {
    return { progress: { ...progress, ready: false }, told: [...told, 'unready'] };
  }
  return { progress, told };
}

/** Told again after as many more, in case the first time came to nothing. */
function liveness({ progress, told }: Settled, { failureThreshold }: ProbeSpec, { ok, count }: ProbeState): Settled {
  if (ok) return { progress, told: [...told, 'alive'] };
  return count % failureThreshold === 0 ? { progress, told: [...told, 'liveness-failed'] } : { progress, told };
}

/** What the last answer makes of the instance; undefined: nothing was asked yet. */
export function probeVerdict({ phase, outcome, ready }: ProbeProgress): Verdict | undefined {
  switch (outcome) {
    case null:
      return undefined;
    case 'ok':
      return ready ? 'healthy' : 'starting';
    case 'starting':
    case 'unauthorized':
    case 'wrong-instance':
      return outcome;
    case 'protocol':
    case 'rpc-failed':
      return 'degraded';
    default:
      return phase === 'startup' ? 'starting' : 'unresponsive';
  }
}
