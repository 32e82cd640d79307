import type { RestartPolicy } from './backoff.ts';
import type { Death, Fact } from './report.ts';
import type { StopSpec } from './spec.ts';

export const STATES = [
  'down',
  'blocked',
  'spawning',
  'starting',
  'running',
  'ready',
  'restarting',
  'stopping',
  'waiting',
  'parked',
  'ended',
] as const;
export type State = (typeof STATES)[number];

/** One supervised child. Whether it shall run, runs, serves, and is held back are facts of their own, each with its time. */
export interface Child {
  readonly state: State;
  /** When the present state began; milliseconds since 1970, as all times here. */
  readonly since: number;
  readonly wanted: Fact;
  /** There is a process. Its time is when that process was started, or ended. */
  readonly up: Fact;
  readonly ready: Fact;
  /** The supervisor holds it back: blocked, waiting or parked. */
  readonly paused: Fact;
  readonly pid: number | null;
  /** It was started by an earlier supervisor: how it ends is not told to this one. */
  readonly adopted: boolean;
  /** How many processes there have been. */
  readonly incarnation: number;
  /** How many of them took the place of one that ended while it was wanted. */
  readonly restarts: number;
  readonly stopRequests: number;
  /** Deaths in a row of processes that had not proven themselves. */
  readonly failures: number;
  /** Deaths up to this time count no more towards a crash loop. */
  readonly countFrom: number;
  /** It was parked and is tried once: the first failure parks it again. */
  readonly trial: boolean;
  /** The present process was ready at some time. */
  readonly served: boolean;
  /** The present process was ready for as long as the policy calls steady. */
  readonly proven: boolean;
  readonly deaths: readonly Death[];
  /** Grows with each state and each wake asked for, so that a timer of the past changes nothing. */
  readonly epoch: number;
  /** Why it is in this state; one line. */
  readonly reason: string | null;
  readonly retryAt: number | null;
  /** Why the supervisor ends the present process: stop, restart, or what is wrong with it. */
  readonly ending: string | null;
  /** What follows when it has ended and is wanted: at once, or as the policy says. */
  readonly follow: 'again' | 'policy';
  /** What it depends on and is not there yet. */
  readonly waitsFor: string | null;
  /** Another gateway answers in its place; what is known of it. */
  readonly wrong: string | null;
}

/** What a step may rest on besides the child and the event. */
export interface Context {
  now: number;
  /** From 0 up to 1. */
  random: number;
  restart: RestartPolicy;
  stop: StopSpec;
}

const never: Fact = { value: false, since: 0 };

export const NEW_CHILD: Child = {
  state: 'down',
  since: 0,
  wanted: never,
  up: never,
  ready: never,
  paused: never,
  pid: null,
  adopted: false,
  incarnation: 0,
  restarts: 0,
  stopRequests: 0,
  failures: 0,
  countFrom: 0,
  trial: false,
  served: false,
  proven: false,
  deaths: [],
  epoch: 0,
  reason: null,
  retryAt: null,
  ending: null,
  follow: 'policy',
  waitsFor: null,
  wrong: null,
};

/** The same fact while its value stays, so that it keeps its time. */
export const fact = (before: Fact, value: boolean, now: number): Fact =>
  before.value === value ? before : { value, since: now };

/** Adds the last line that a process printed to its death, once it is known. */
export function withLastLine(child: Child, at: Death, lastLine: string | null): Child {
  return { ...child, deaths: child.deaths.map((death) => (death === at ? { ...death, lastLine } : death)) };
}
