import { EXIT } from '../errors/exit-codes.ts';
import { type RestartPolicy, restartDelayMs } from './backoff.ts';

/**
 * One supervised child as a table of state × event (pure). The loop around it spawns, waits and tells it what happened;
 * what it shall do next comes back as effects.
 */
export type State = 'down' | 'starting' | 'ready' | 'stopping' | 'waiting' | 'parked';

export type Event =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'spawned'; pid: number }
  | { type: 'spawn-failed'; reason: string }
  | { type: 'ready' }
  | { type: 'exited'; code: number | null; signal: string | null }
  | { type: 'timer'; epoch: number };

export type Effect =
  | { do: 'spawn' }
  | { do: 'signal'; signal: 'SIGTERM' | 'SIGKILL'; pid: number }
  /** Send a `timer` event with this epoch after so long; an older epoch is void. */
  | { do: 'wake'; afterMs: number; epoch: number };

export interface Death {
  at: number;
  code: number | null;
  signal: string | null;
  uptimeMs: number;
}

export interface Child {
  readonly state: State;
  /** It shall run. Kept apart from whether it does. */
  readonly wanted: boolean;
  readonly pid: number | null;
  /** When the present process was started, or the present state began. */
  readonly since: number;
  /** How many processes there have been. */
  readonly incarnation: number;
  /** Deaths in a row without having been steady. */
  readonly failures: number;
  readonly deaths: readonly Death[];
  /** Grows with each wake asked for, so that a timer of the past changes nothing. */
  readonly epoch: number;
  /** Why it is parked or waiting; one line. */
  readonly reason: string | null;
}

export interface Context {
  now: number;
  random: number;
  policy: RestartPolicy;
  stopBudgetMs: number;
}

export interface Step {
  child: Child;
  effects: Effect[];
}

export const NEW_CHILD: Child = {
  state: 'down',
  wanted: false,
  pid: null,
  since: 0,
  incarnation: 0,
  failures: 0,
  deaths: [],
  epoch: 0,
  reason: null,
};
const KEPT_DEATHS = 20;

type Cell = (child: Child, event: never, context: Context) => Step;
const stay: Cell = (child) => ({ child, effects: [] });

const spawn: Cell = (child, _, { now }) => ({
  child: { ...child, state: 'starting', wanted: true, pid: null, since: now, reason: null, epoch: child.epoch + 1 },
  effects: [{ do: 'spawn' }],
});
const wish: Cell = (child) => ({ child: { ...child, wanted: true }, effects: [] });
const giveUp: Cell = (child, _, { now }) => ({
  child: { ...child, state: 'down', wanted: false, since: now, reason: null, epoch: child.epoch + 1 },
  effects: [],
});

const terminate: Cell = (child, _, { now, stopBudgetMs }) => {
  // Between the spawn effect and `spawned` there is no pid yet: `spawned` finds it unwanted and comes back here.
  if (child.pid === null) return { child: { ...child, wanted: false }, effects: [] };
  const epoch = child.epoch + 1;
  return {
    child: { ...child, state: 'stopping', wanted: false, since: now, epoch },
    effects: [
      { do: 'signal', signal: 'SIGTERM', pid: child.pid },
      { do: 'wake', afterMs: stopBudgetMs, epoch },
    ],
  };
};
const kill: Cell = (child, event: { epoch: number }) =>
  child.pid === null || event.epoch !== child.epoch
    ? { child, effects: [] }
    : { child, effects: [{ do: 'signal', signal: 'SIGKILL', pid: child.pid }] };

const adoptPid: Cell = (child, event: { pid: number }, context) => {
  const born = { ...child, pid: event.pid, since: context.now, incarnation: child.incarnation + 1 };
  return child.wanted ? { child: born, effects: [] } : terminate(born, undefined as never, context);
};
const becomeReady: Cell = (child) => ({ child: { ...child, state: 'ready', failures: 0 }, effects: [] });

const wakeUp: Cell = (child, event: { epoch: number }, context) =>
  event.epoch === child.epoch ? spawn(child, undefined as never, context) : { child, effects: [] };

const died: Cell = (child, event: { code: number | null; signal: string | null }, context) => {
  const { now, policy } = context;
  const death: Death = { at: now, code: event.code, signal: event.signal, uptimeMs: now - child.since };
  const gone: Child = { ...child, pid: null, deaths: [...child.deaths, death].slice(-KEPT_DEATHS) };
  if (!child.wanted) return giveUp(gone, undefined as never, context);
  if (event.code === EXIT.config) return park(gone, 'it ended with a fatal configuration error (78)', context);
  if (death.uptimeMs >= policy.steadyMs) return retry({ ...gone, failures: 0 }, context);
  const recent = gone.deaths.filter((d) => now - d.at <= policy.loopWindowMs).length;
  if (recent >= policy.loopDeaths) {
    return park(gone, `it ended ${recent} times within ${Math.round(policy.loopWindowMs / 1000)} s`, context);
  }
  // A child that was ready once is given one restart at once; one that never was waits.
  return retry({ ...gone, failures: child.failures + (child.state === 'ready' ? 0 : 1) }, context);
};
const failedToSpawn: Cell = (child, event: { reason: string }, context) => {
  const gone: Child = { ...child, pid: null, failures: child.failures + 1, reason: event.reason };
  return child.wanted ? park(gone, event.reason, context) : giveUp(gone, undefined as never, context);
};

function retry(child: Child, context: Context): Step {
  const afterMs = restartDelayMs(context.policy, child.failures, context.random);
  if (afterMs === 0) return spawn(child, undefined as never, context);
  const epoch = child.epoch + 1;
  return {
    child: { ...child, state: 'waiting', since: context.now, epoch, reason: `starts again in ${afterMs} ms` },
    effects: [{ do: 'wake', afterMs, epoch }],
  };
}

function park(child: Child, reason: string, { now, policy }: Context): Step {
  const epoch = child.epoch + 1;
  return {
    child: { ...child, state: 'parked', since: now, epoch, reason },
    effects: [{ do: 'wake', afterMs: policy.parkedRetryMs, epoch }],
  };
}

/** Every cell is written out: what cannot happen in a state is there too, and changes nothing. */
export const TABLE: Record<State, Record<Event['type'], Cell>> = {
  down: { start: spawn, stop: stay, spawned: stay, 'spawn-failed': stay, ready: stay, exited: stay, timer: stay },
  starting: {
    start: wish,
    stop: terminate,
    spawned: adoptPid,
    'spawn-failed': failedToSpawn,
    ready: becomeReady,
    exited: died,
    timer: stay,
  },
  ready: { start: wish, stop: terminate, spawned: stay, 'spawn-failed': stay, ready: stay, exited: died, timer: stay },
  // A start while it stops: it is wanted again, and `exited` brings it back.
  stopping: { start: wish, stop: giveUpLater, spawned: stay, 'spawn-failed': stay, ready: stay, exited: died, timer: kill },
  waiting: { start: spawn, stop: giveUp, spawned: stay, 'spawn-failed': stay, ready: stay, exited: stay, timer: wakeUp },
  parked: { start: spawn, stop: giveUp, spawned: stay, 'spawn-failed': stay, ready: stay, exited: stay, timer: wakeUp },
};

function giveUpLater(child: Child): Step {
  return { child: { ...child, wanted: false }, effects: [] };
}

/** The next state and what to do. */
export function step(child: Child, event: Event, context: Context): Step {
  return TABLE[child.state][event.type](child, event as never, context);
}
