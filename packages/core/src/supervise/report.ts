import type { InstanceDocument } from '../gen/output.gen.ts';
import type { Verdict } from '../status/verdict.ts';
import type { ProbeRole } from './spec.ts';

/** A fact that holds or not, and since when (milliseconds since 1970). Four of these are kept apart: wanted, up, ready, paused. */
export interface Fact {
  value: boolean;
  since: number;
}

/** One end of one process. */
export interface Death {
  at: number;
  /** null: not known (it was adopted), or it was a signal. */
  code: number | null;
  signal: string | null;
  uptimeMs: number;
  /** Last line that it printed, secrets masked. */
  lastLine: string | null;
  /** Why the supervisor ended it itself: stop, restart, liveness, memory … null: it ended by itself. */
  by: string | null;
}

export interface ProbeState {
  /** null: not asked yet. */
  ok: boolean | null;
  at: number | null;
  /** In a row, of the kind that `ok` says. */
  count: number;
  detail: string | null;
  ms: number | null;
}

/** What the supervisor knows of one instance: a row of `ps`, of the control socket and of the state file. Holds no secret. */
export interface InstanceReport {
  id: string;
  state: string;
  wanted: Fact;
  up: Fact;
  ready: Fact;
  paused: Fact;
  pid: number | null;
  /** Names the process for good; null when there is none. */
  stamp: string | null;
  /** Its exit code will not be known: it was started by an earlier supervisor. */
  adopted: boolean;
  instance: InstanceDocument;
  incarnation: number;
  stopRequests: number;
  restarts: number;
  /** The last 20, newest last. */
  deaths: readonly Death[];
  /** Why it is in this state, one line; null when there is nothing to say. */
  reason: string | null;
  /** When it is tried again by itself. */
  retryAt: number | null;
  probes: Readonly<Record<ProbeRole, ProbeState | null>>;
  verdict: Verdict;
  /** What was asked for and cannot be had here (limits). */
  notes: readonly string[];
}

/** A transition, as `events` streams it. */
export interface SupervisorEvent {
  at: number;
  id: string;
  /** started · ready · unready · died · waiting · parked · stopping · stopped · adopted · wrong-instance · restarting · changed … */
  event: string;
  /** For people, one line. */
  message: string;
  pid: number | null;
}
