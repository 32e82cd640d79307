import { afterDeath, park, spawn, wait } from './after-death.ts';
import type { Child, Context } from './child.ts';
import type { Effect, Event } from './events.ts';
import type { Death } from './report.ts';

/** What changes. `wanted` is the value of the fact; facts, times and timers follow from the state (machine.ts). */
export interface Move {
  set?: Partial<Omit<Child, 'wanted' | 'up' | 'ready' | 'paused' | 'since' | 'epoch' | 'retryAt'>>;
  wanted?: boolean;
  /** When the process was started, where that was not now. */
  startedAt?: number;
  effects?: readonly Effect[];
  wakeAfterMs?: number;
}

type Of<T extends Event['type']> = Extract<Event, { type: T }>;
const KEPT_DEATHS = 20;

/**
 * What does not answer any more has nothing to end in good order: makes that may drain for minutes would be left hanging for as
 * long.
 */
const WEDGED_BUDGET_MS = 30_000;

const terminate = (
  child: Child,
  { stop }: Context,
  ending: string,
  follow: Child['follow'],
  longestMs = Number.POSITIVE_INFINITY,
): Move =>
  child.pid === null
    ? {}
    : {
        set: { state: 'stopping', ending, follow, reason: null },
        effects: [{ do: 'stop-probing' }, { do: 'signal', signal: 'stop', pid: child.pid }],
        wakeAfterMs: Math.min(stop.budgetMs, longestMs),
      };

/** Every action by its name, with what it means. */
const ACTIONS = {
  stay: { does: 'nothing', run: (): Move => ({}) },
  begin: {
    does: 'forget past failures and start it, or wait for what it depends on',
    run: (child: Child, _: Event, { now }: Context): Move => ({
      ...spawn({ ...child, failures: 0, countFrom: now, trial: false }),
      wanted: true,
    }),
  },
  want: {
    does: 'it is wanted; what is under way ends in a running process',
    run: (child: Child): Move => ({ wanted: true, set: { follow: child.wanted.value ? child.follow : 'again' } }),
  },
  unwant: { does: 'it is not wanted; what is under way ends without a process', run: (): Move => ({ wanted: false }) },
  drop: {
    does: 'it is not wanted; nothing has to be ended',
    run: (): Move => ({ wanted: false, set: { state: 'down', reason: null } }),
  },
  end: {
    does: 'ask it to end, and kill it when its time is over',
    run: (child: Child, { type }: Event, context: Context): Move =>
      type === 'stop'
        ? { ...terminate(child, context, 'stop', 'policy'), wanted: false }
        : terminate(child, context, 'restart', 'again'),
  },
  turn: {
    does: 'send the signal, and give it as long to go as it would have to end',
    run: (_: Child, { signal, pid }: Of<'restart-in-place'>, { stop }: Context): Move => ({
      // One that ends instead is started again at once: somebody asked for it.
      set: { state: 'restarting', ending: 'restart', follow: 'again', reason: null },
      effects: [{ do: 'ask-in-place', signal, pid }],
      wakeAfterMs: stop.budgetMs,
    }),
  },
  leave: {
    does: 'it went: watch its probes from the start, and within the time of a start',
    run: ({ pid }: Child): Move =>
      pid === null ? {} : { set: { state: 'starting', served: false }, effects: [{ do: 'probe', pid }] },
  },
  replace: {
    does: 'ask it to end and start it again under the restart policy; not while another gateway answers in its place',
    run: (child: Child, event: Of<'startup-failed' | 'liveness-failed' | 'memory-exceeded'>, context: Context): Move =>
      child.wrong !== null && event.type !== 'memory-exceeded'
        ? {}
        : terminate(
            child,
            context,
            `${event.type.replace(/-(failed|exceeded)$/, '')}: ${event.detail}`,
            'policy',
            event.type === 'memory-exceeded' ? undefined : WEDGED_BUDGET_MS,
          ),
  },
  born: {
    does: 'watch its probes; end it when it is not wanted any more',
    run: (child: Child, { pid }: Of<'spawned'>, context: Context): Move => {
      const set = {
        pid,
        adopted: false,
        incarnation: child.incarnation + 1,
        served: false,
        proven: false,
        wrong: null,
        ending: null,
      };
      return child.wanted.value
        ? { set: { ...set, state: 'starting' }, effects: [{ do: 'probe', pid }] }
        : ended(child, set, context);
    },
  },
  unborn: {
    does: 'park it; wait, where the obstacle passes by itself',
    run: (child: Child, { reason, passing }: Of<'spawn-failed'>, context: Context): Move => {
      if (!child.wanted.value) return { set: { state: 'down', reason: null } };
      if (context.restart.when === 'never') return { set: { state: 'ended', reason } };
      return passing ? wait({ ...child, failures: child.failures + 1 }, context, reason) : park(child, context, reason);
    },
  },
  adopt: {
    does: 'take it for its process and watch its probes; end it when it is not wanted',
    run: (child: Child, { pid, startedAt, wanted }: Of<'adopted'>, context: Context): Move => {
      const set = { pid, adopted: true, served: false, proven: false, wrong: null, ending: null, reason: null };
      return wanted
        ? { set: { ...set, state: 'starting' }, wanted, startedAt, effects: [{ do: 'probe', pid }] }
        : { ...ended(child, set, context), wanted, startedAt };
    },
  },
  pass: {
    does: 'it has started',
    run: (): Move => ({ set: { state: 'running', reason: null, ending: null, follow: 'policy' } }),
  },
  serve: { does: 'it is ready', run: (): Move => ({ set: { state: 'ready', served: true, wrong: null, reason: null } }) },
  withdraw: {
    does: 'it is not ready',
    run: (_: Child, { detail }: Of<'unready'>): Move => ({ set: { state: 'running', reason: detail } }),
  },
  note: { does: 'keep the reason', run: (_: Child, { detail }: Of<'unready'>): Move => ({ set: { reason: detail } }) },
  accuse: {
    does: 'report it; it is not ready, and is not ended',
    run: ({ state }: Child, { detail }: Of<'wrong-instance'>): Move => ({
      set: { state: state === 'ready' ? 'running' : state, wrong: detail, reason: detail },
    }),
  },
  bury: {
    does: 'note the death and decide: down, again at once, after a pause, or parked',
    run: (child: Child, event: Of<'exited' | 'gone'>, context: Context): Move => {
      const { code, signal } = event.type === 'exited' ? event : { code: null, signal: null };
      const { now } = context;
      const death: Death = { at: now, code, signal, uptimeMs: now - child.up.since, lastLine: null, by: child.ending };
      const deaths = [...child.deaths, death].slice(-KEPT_DEATHS);
      const next = afterDeath({ ...child, pid: null, adopted: false, wrong: null, deaths }, death, context);
      const spawns = next.effects?.some((effect) => effect.do === 'spawn') && child.ending === null;
      return {
        ...next,
        set: { ...next.set, pid: null, adopted: false, wrong: null, ending: null, follow: 'policy', deaths },
        effects: [{ do: 'stop-probing' }, { do: 'clear', pid: event.pid, deep: !spawns }, ...(next.effects ?? [])],
      };
    },
  },
  kill: {
    does: 'kill its process group',
    run: (child: Child, _: Event, { stop }: Context): Move =>
      child.pid === null ? {} : { effects: [{ do: 'signal', signal: 'SIGKILL', pid: child.pid }], wakeAfterMs: stop.budgetMs },
  },
  again: { does: 'start it, or wait for what it depends on', run: (child: Child): Move => spawn(child, true) },
  try: {
    does: 'start it once; the first failure parks it again',
    run: (child: Child): Move => spawn({ ...child, trial: true }, true),
  },
  release: { does: 'start it', run: (child: Child): Move => spawn({ ...child, waitsFor: null }) },
  met: { does: 'keep that it may start', run: (): Move => ({ set: { waitsFor: null } }) },
  miss: {
    does: 'keep what it would wait for; a process that runs goes on',
    run: (child: Child, { on }: Of<'dependency-lost'>): Move => ({
      set: { waitsFor: on, ...(child.state === 'blocked' ? { reason: `waits for ${on}` } : {}) },
    }),
  },
};

/** It came when nobody wanted it any more. */
const ended = (child: Child, set: { pid: number } & Partial<Child>, context: Context): Move => {
  const move = terminate({ ...child, pid: set.pid }, context, 'stop', 'policy');
  return { ...move, set: { ...set, ...move.set } };
};

export type Action = keyof typeof ACTIONS;

/** In a sentence what each action does, for the reference. */
export const ACTION_MEANINGS = Object.fromEntries(Object.entries(ACTIONS).map(([name, { does }]) => [name, does])) as Record<
  Action,
  string
>;

export const act = (action: Action, child: Child, event: Event, context: Context): Move =>
  (ACTIONS[action].run as (child: Child, event: Event, context: Context) => Move)(child, event, context);
