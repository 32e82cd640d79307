import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTION_MEANINGS } from './actions.ts';
import { DEFAULT_RESTART_POLICY, restartDelayMs } from './backoff.ts';
import { type Child, type Context, NEW_CHILD, STATES } from './child.ts';
import { type Effect, EVENT_MEANINGS, type Event, type EventType } from './events.ts';
import { type Step, step } from './machine.ts';
import { verdictOf } from './report-of.ts';
import { STATE_MEANINGS, TABLE } from './table.ts';

const restart = DEFAULT_RESTART_POLICY;
const contextAt = (now: number, more: Partial<Context> = {}): Context => ({
  now,
  random: 0.5,
  restart,
  stop: { signal: 'SIGTERM', budgetMs: 5_000 },
  ...more,
});

/** Feeds events at the given times and gives the last step. */
function play(events: [at: number, event: Event][], more: Partial<Context> = {}): Step {
  let result: Step = { child: NEW_CHILD, effects: [] };
  for (const [at, event] of events) result = step(result.child, event, contextAt(at, more));
  return result;
}

const exited = (pid: number, code: number | null, signal: string | null = null): Event => ({ type: 'exited', pid, code, signal });
const spawned = (pid: number): Event => ({ type: 'spawned', pid });
const up: [number, Event][] = [
  [0, { type: 'start' }],
  [0, spawned(7)],
  [1, { type: 'startup-ok' }],
  [1, { type: 'ready' }],
];
const does = (effects: readonly Effect[], what: Effect['do']) => effects.some((effect) => effect.do === what);

/** Lets it be started and end in a given way again and again until it is parked; gives the pauses. */
function dieAgain(live: (child: Child, pid: number, at: number) => { child: Child; now: number }): {
  pauses: number[];
  child: Child;
} {
  const pauses: number[] = [];
  let [child, now] = [play([[0, { type: 'start' }]]).child, 0];
  for (let pid = 2; child.state !== 'parked' && pid < 60; pid += 1) {
    child = step(child, spawned(pid), contextAt(now)).child;
    ({ child, now } = live(child, pid, now));
    const died = step(child, exited(pid, 1), contextAt(now));
    child = died.child;
    const wake = died.effects.find((effect) => effect.do === 'wake');
    if (child.state === 'parked') break;
    pauses.push(wake?.do === 'wake' ? wake.afterMs : 0);
    now += pauses.at(-1) as number;
    if (child.state === 'waiting') child = step(child, { type: 'timer', epoch: child.epoch }, contextAt(now)).child;
  }
  return { pauses, child };
}

describe('restartDelayMs', () => {
  it('starts at once after no failure, then grows and stays within its bound', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
        const delay = restartDelayMs(restart, failures, random);
        expect(delay).toBeLessThanOrEqual(restart.highestMs);
        if (failures === 0) expect(delay).toBe(0);
        else expect(delay).toBeGreaterThanOrEqual(restart.firstMs * (1 - restart.jitter) - 1);
      }),
    );
  });
});

describe('the table', () => {
  it('has a cell for every event in every state', () => {
    expect(Object.keys(TABLE).sort()).toEqual(Object.keys(EVENT_MEANINGS).sort());
    for (const [event, row] of Object.entries(TABLE)) expect(row, event).toHaveLength(STATES.length);
  });

  it('uses every action, and says of each, and of each state, what it means', () => {
    expect(new Set(Object.values(TABLE).flat())).toEqual(new Set(Object.keys(ACTION_MEANINGS)));
    expect(Object.keys(STATE_MEANINGS)).toEqual([...STATES]);
  });
});

describe('a supervised child', () => {
  it('comes back at once when it had been ready for long, and starts with a clean slate', () => {
    const { child, effects } = play([...up, [60_000, exited(7, 1)]]);
    expect(effects).toEqual([{ do: 'stop-probing' }, { do: 'clear', pid: 7, deep: false }, { do: 'spawn' }]);
    expect(child).toMatchObject({ state: 'spawning', failures: 0, pid: null, restarts: 1 });
    expect(child.deaths).toEqual([{ at: 60_000, code: 1, signal: null, uptimeMs: 60_000, lastLine: null, by: null }]);
  });

  it('keeps apart what is wanted, up, ready and paused, each with its time', () => {
    const fact = (value: boolean, since: number) => ({ value, since });
    const ready = play([
      [5, { type: 'start' }],
      [6, spawned(7)],
      [7, { type: 'startup-ok' }],
      [9, { type: 'ready' }],
    ]).child;
    expect(ready).toMatchObject({ wanted: fact(true, 5), up: fact(true, 6), ready: fact(true, 9), paused: fact(false, 0) });
    const died = step(ready, exited(7, 1), contextAt(20)).child;
    const again = step(step(died, spawned(8), contextAt(21)).child, exited(8, 1), contextAt(30)).child;
    expect(again).toMatchObject({ wanted: fact(true, 5), up: fact(false, 30), ready: fact(false, 20), paused: fact(true, 30) });
  });

  it('waits longer each time when it dies young, then is parked with the reason', () => {
    const { pauses, child } = dieAgain((c, _, now) => ({ child: c, now: now + 10 }));
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000]);
    expect(child).toMatchObject({ state: 'parked', reason: 'it ended 6 times within 60 s; tried again in 300 s' });
    expect(verdictOf(child)).toBe('parked');
  });

  it('waits and is parked just so when it becomes ready and dies at once, every time', () => {
    const { pauses, child } = dieAgain((c, _, now) => ({
      child: step(c, { type: 'ready' }, contextAt(now + 5)).child,
      now: now + 10,
    }));
    expect(pauses).toEqual([0, 250, 500, 1000, 2000]);
    expect(child.state).toBe('parked');
  });

  it('is parked too when it dies slowly, again and again, and never proves itself', () => {
    const { child } = dieAgain((c, _, now) => ({
      child: step(c, { type: 'ready' }, contextAt(now + 20_000)).child,
      now: now + 25_000,
    }));
    expect(child.reason).toBe('it ended 12 times in a row without having been ready for 10 s; tried again in 300 s');
  });

  it('keeps its last 20 deaths, the newest last', () => {
    let child = NEW_CHILD;
    for (let n = 1; n <= 25; n += 1) {
      child = step(child, { type: 'start' }, contextAt(n * 1_000)).child;
      child = step(step(child, spawned(n + 1), contextAt(n * 1_000)).child, exited(n + 1, n), contextAt(n * 1_000 + 5)).child;
    }
    expect(child.deaths.map(({ code }) => code)).toEqual(Array.from({ length: 20 }, (_, i) => i + 6));
  });

  it('is tried once when it was parked, and parked again at the first failure', () => {
    const { child } = dieAgain((c, _, now) => ({ child: c, now: now + 10 }));
    const now = 10_000_000;
    const tried = step(child, { type: 'timer', epoch: child.epoch }, contextAt(now));
    expect(tried.effects).toEqual([{ do: 'spawn' }]);
    const failed = step(step(tried.child, spawned(70), contextAt(now)).child, exited(70, 1), contextAt(now + 5)).child;
    expect(failed).toMatchObject({ state: 'parked', reason: 'it ended again when it was tried; tried again in 300 s' });
    // Somebody who asks gives it all its chances again.
    const asked = step(failed, { type: 'start' }, contextAt(now + 6)).child;
    expect(step(step(asked, spawned(71), contextAt(now + 6)).child, exited(71, 1), contextAt(now + 9)).child.state).toBe(
      'waiting',
    );
  });

  it('is parked at once by exit 78, and goes on when somebody asks or its settings changed, not by itself', () => {
    const { child, effects } = play([...up, [60_000, exited(7, 78)]]);
    expect(child).toMatchObject({ state: 'parked', retryAt: null });
    expect(child.reason).toMatch(/fatal configuration error \(78\).*then start it again/);
    expect(does(effects, 'wake')).toBe(false);
    for (const type of ['start', 'restart', 'changed'] as const)
      expect(step(child, { type }, contextAt(70_000)).effects).toEqual([{ do: 'spawn' }]);
  });

  it('is parked by an exit that its make calls final, after as many more starts as its make wants', () => {
    const own = { restart: { ...restart, fatalExits: [79], fatalRetries: 1 } };
    const first = play([...up, [60_000, exited(7, 79)]], own);
    expect(first.child).toMatchObject({ state: 'waiting', reason: expect.stringContaining('it ended with 79') });
    const again = step(first.child, { type: 'timer', epoch: first.child.epoch }, contextAt(61_000, own));
    const second = step(step(again.child, spawned(8), contextAt(61_001, own)).child, exited(8, 78), contextAt(61_500, own));
    expect(second.child).toMatchObject({ state: 'parked', retryAt: null });
    expect(play([...up, [60_000, exited(7, 79)]]).child.state).not.toBe('parked');
  });

  it('that does not answer is killed after half a minute, however long a stop in good order may take', () => {
    const patient = { stop: { signal: 'SIGTERM' as const, budgetMs: 330_000 } };
    const bound = (event: Event) =>
      play([...up, [60_000, event]], patient).effects.flatMap((effect) => (effect.do === 'wake' ? [effect.afterMs] : []));
    expect(bound({ type: 'liveness-failed', detail: 'silent' })).toEqual([30_000]);
    expect(bound({ type: 'stop' })).toEqual([330_000]);
  });

  it('stays down when its policy is never, whatever made it end', () => {
    const never = { restart: { ...restart, when: 'never' as const } };
    expect(play([...up, [60_000, exited(7, 0)]], never).child).toMatchObject({ state: 'ended' });
    const wedged = play(
      [...up, [60_000, { type: 'liveness-failed', detail: 'silent' }], [60_001, exited(7, null, 'SIGTERM')]],
      never,
    );
    expect(wedged.child.state).toBe('ended');
    expect(step(wedged.child, { type: 'start' }, contextAt(70_000)).effects).toEqual([{ do: 'spawn' }]);
  });

  it('is asked to end, then killed after its budget, and stays down; a second stop changes nothing of that', () => {
    const stopped = play([...up, [9, { type: 'stop' }]]);
    expect(stopped.effects).toEqual([
      { do: 'stop-probing' },
      { do: 'signal', signal: 'stop', pid: 7 },
      { do: 'wake', afterMs: 5_000, epoch: stopped.child.epoch },
    ]);
    const twice = step(stopped.child, { type: 'stop' }, contextAt(10));
    expect(twice.effects).toEqual([]);
    expect(twice.child).toMatchObject({ stopRequests: 2, epoch: stopped.child.epoch });
    const late = step(twice.child, { type: 'timer', epoch: stopped.child.epoch }, contextAt(5_009));
    expect(late.effects[0]).toEqual({ do: 'signal', signal: 'SIGKILL', pid: 7 });
    const down = step(late.child, exited(7, null, 'SIGKILL'), contextAt(5_010)).child;
    expect(down).toMatchObject({ state: 'down', pid: null });
    expect(down.deaths.at(-1)).toMatchObject({ by: 'stop', signal: 'SIGKILL' });
  });

  it('ends the process whose stop was asked for while it was made, and starts a new one when it is wanted again meanwhile', () => {
    const born = play([
      [0, { type: 'start' }],
      [1, { type: 'stop' }],
      [2, spawned(7)],
    ]);
    expect(born.child).toMatchObject({ state: 'stopping', pid: 7 });
    const again = step(step(born.child, { type: 'start' }, contextAt(3)).child, exited(7, null, 'SIGTERM'), contextAt(4));
    expect(does(again.effects, 'spawn')).toBe(true);
    expect(again.child.failures).toBe(0);
  });

  it('is ended in good order and started again when a probe or its memory says so, and the death names why', () => {
    const cases: [Event, string][] = [
      [{ type: 'liveness-failed', detail: 'no answer within 5 s' }, 'liveness: no answer within 5 s'],
      [{ type: 'memory-exceeded', detail: '600 MiB' }, 'memory: 600 MiB'],
    ];
    for (const [event, by] of cases) {
      const asked = play([...up, [60_000, event]]);
      expect(asked.child).toMatchObject({ state: 'stopping', wanted: { value: true } });
      const dead = step(asked.child, exited(7, 0), contextAt(60_010));
      expect(dead.child.deaths.at(-1)?.by).toBe(by);
      expect(does(dead.effects, 'spawn')).toBe(true);
    }
    const slow = play([
      [0, { type: 'start' }],
      [0, spawned(7)],
      [5, { type: 'startup-failed', detail: 'closed' }],
      [6, exited(7, 0)],
    ]);
    expect(slow.child).toMatchObject({ state: 'waiting', failures: 1 });
  });

  describe('that restarts in place', () => {
    const told: [number, Event] = [60_000, { type: 'restart-in-place', signal: 'SIGUSR1', pid: 8 }];

    it('keeps its process, is watched from its start when it goes, and is ready when it is back', () => {
      const asked = play([...up, told]);
      expect(asked.effects).toEqual([
        { do: 'ask-in-place', signal: 'SIGUSR1', pid: 8 },
        { do: 'wake', afterMs: 5_000, epoch: asked.child.epoch },
      ]);
      expect(asked.child).toMatchObject({ state: 'restarting', pid: 7, ready: { value: false }, retryAt: null });
      expect(verdictOf(asked.child)).toBe('starting');
      for (const gone of [{ type: 'lost', detail: '1012' } as const, { type: 'unready', detail: 'closed' } as const]) {
        const left = step(asked.child, gone, contextAt(60_100));
        expect(left.effects).toEqual([{ do: 'probe', pid: 7 }]);
        const back = step(left.child, { type: 'startup-ok' }, contextAt(60_200)).child;
        expect(step(back, { type: 'ready' }, contextAt(60_300)).child).toMatchObject({
          ...{ state: 'ready', pid: 7, ending: null, incarnation: 1, restarts: 0, deaths: [] },
          ready: { value: true, since: 60_300 },
        });
        // From then on it is one like any other: what ends it is held against it.
        expect(step(back, exited(7, 1), contextAt(60_250)).child.deaths).toMatchObject([{ by: null }]);
      }
    });

    it('is ended and started again when it does not go in the time that it would have to end', () => {
      const asked = play([...up, told]);
      const late = step(asked.child, { type: 'timer', epoch: asked.child.epoch }, contextAt(65_000));
      expect(late.effects.slice(0, 2)).toEqual([{ do: 'stop-probing' }, { do: 'signal', signal: 'stop', pid: 7 }]);
      const dead = step(late.child, exited(7, 0), contextAt(65_100));
      expect(does(dead.effects, 'spawn')).toBe(true);
      expect(dead.child).toMatchObject({ failures: 0, deaths: [{ by: 'restart' }] });
    });

    it('is ended and started again when it does not come back, too', () => {
      const left = play([...up, told, [60_100, { type: 'lost', detail: '1012' }]]).child;
      const failed = step(left, { type: 'startup-failed', detail: 'closed' }, contextAt(90_000));
      expect(failed.child).toMatchObject({ state: 'stopping', ending: 'startup: closed' });
      expect(does(step(failed.child, exited(7, 0), contextAt(90_010)).effects, 'spawn')).toBe(true);
    });

    it('is started again at once, with all that it left ended, when it ends instead', () => {
      for (const before of [[], [[60_100, { type: 'lost', detail: '1006' }]]] as [number, Event][][]) {
        const { child, effects } = play([...up, told, ...before, [60_200, exited(7, 0)]]);
        expect(effects).toEqual([{ do: 'stop-probing' }, { do: 'clear', pid: 7, deep: true }, { do: 'spawn' }]);
        expect(child).toMatchObject({ failures: 0, deaths: [{ by: 'restart' }] });
      }
    });
  });

  it('is reported and never ended when another gateway answers in its place', () => {
    const accused = play([...up, [5, { type: 'wrong-instance', detail: 'state dir /other' }]]);
    expect(verdictOf(accused.child)).toBe('wrong-instance');
    for (const type of ['liveness-failed', 'startup-failed'] as const) {
      const after = step(accused.child, { type, detail: 'x' }, contextAt(6));
      expect(does(after.effects, 'signal')).toBe(false);
    }
    expect(verdictOf(step(accused.child, { type: 'ready' }, contextAt(7)).child)).toBe('healthy');
  });

  it('is starting until it was of use, unless it refuses the secret: waiting does not mend that', () => {
    const { child } = play([
      [0, { type: 'start' }],
      [1, { type: 'spawned', pid: 7 }],
      [2, { type: 'startup-ok' }],
    ]);
    expect(child).toMatchObject({ state: 'running', served: false });
    expect([undefined, 'unresponsive', 'unauthorized'].map((found) => verdictOf(child, found as never))).toEqual([
      'starting',
      'starting',
      'unauthorized',
    ]);
  });

  it('is parked when its program cannot be run, and waits when the system has no room', () => {
    const failed = (passing: boolean) =>
      play([
        [0, { type: 'start' }],
        [1, { type: 'spawn-failed', reason: 'no', passing }],
      ]).child;
    expect(failed(false)).toMatchObject({ state: 'parked', reason: 'no; tried again in 300 s' });
    expect(failed(true)).toMatchObject({ state: 'waiting', reason: 'no; starts again in 250 ms' });
  });

  it('is not touched by the end of an earlier process, nor by a timer of an earlier wait', () => {
    const { child } = play(up);
    for (const event of [exited(6, 1), { type: 'gone', pid: 6 }, { type: 'timer', epoch: child.epoch - 1 }] as Event[])
      expect(step(child, event, contextAt(50))).toEqual({ child, effects: [] });
  });

  it('waits for what it depends on, also when it has to come back', () => {
    const blocked = play([
      [0, { type: 'dependency-lost', on: 'zero/a to be healthy' }],
      [1, { type: 'start' }],
    ]);
    expect(blocked.child).toMatchObject({ state: 'blocked', reason: 'waits for zero/a to be healthy' });
    expect(blocked.effects).toEqual([]);
    const released = step(blocked.child, { type: 'dependency-ready' }, contextAt(2));
    expect(released.effects).toEqual([{ do: 'spawn' }]);
    expect(play([...up, [5, { type: 'dependency-lost', on: 'zero/a' }]]).child.state).toBe('ready');
    expect(play([...up, [5, { type: 'dependency-lost', on: 'zero/a' }], [60_000, exited(7, 1)]]).child.state).toBe('blocked');
  });

  it('keeps what was known of an adopted one, whose exit code is not', () => {
    const adopted = play([[100_000, { type: 'adopted', pid: 9, startedAt: 40_000, wanted: true }]]);
    expect(adopted.effects).toEqual([{ do: 'probe', pid: 9 }]);
    expect(adopted.child).toMatchObject({ adopted: true, pid: 9, incarnation: 0, up: { value: true, since: 40_000 } });
    const gone = step(adopted.child, { type: 'gone', pid: 9 }, contextAt(100_500)).child;
    expect(gone.deaths).toEqual([{ at: 100_500, code: null, signal: null, uptimeMs: 60_500, lastLine: null, by: null }]);
    const unwanted = play([[0, { type: 'adopted', pid: 9, startedAt: 0, wanted: false }]]);
    expect(unwanted.child).toMatchObject({ state: 'stopping', wanted: { value: false } });
    expect(does(unwanted.effects, 'signal')).toBe(true);
  });
});

/** Any event, as it might come from the world: `exited` of the process that runs, of another one, timers due and past. */
const anyEvent = fc.oneof(
  ...(Object.keys(EVENT_MEANINGS) as EventType[])
    .filter(
      (type) =>
        !['spawned', 'spawn-failed', 'adopted', 'exited', 'gone', 'timer', 'dependency-lost', 'restart-in-place'].includes(type),
    )
    .map((type) => fc.constant({ type, detail: 'x' } as Event)),
  fc.constant<Event>({ type: 'dependency-lost', on: 'zero/a' }),
  fc.constant<Event>({ type: 'restart-in-place', signal: 'SIGUSR1', pid: 1 }),
  fc.constant<Event>({ type: 'timer', epoch: -1 }),
  fc.constant<Event>(exited(-1, 1)),
  fc.constant('due' as const),
  fc.constant('unborn' as const),
  fc.constantFrom(0, 1, 78).map((code) => ({ ends: code })),
);

describe('of 200 events in any order', () => {
  it('none makes two processes of one instance, starts one that was stopped, or lets one be forgotten that is wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEvent, fc.nat(20_000)), { maxLength: 200 }), (events) => {
        let child = NEW_CHILD;
        let [now, nextPid, wanted, failSpawn] = [0, 100, false, false];
        const alive = new Set<number>();
        const feed = (event: Event) => {
          if (['start', 'restart', 'restart-in-place'].includes(event.type)) wanted = true;
          if (event.type === 'stop') wanted = false;
          const result = step(child, event, contextAt(now));
          child = result.child;
          for (const effect of result.effects) {
            if (effect.do === 'signal') expect(alive).toContain(effect.pid);
            if (effect.do !== 'spawn') continue;
            expect(wanted, 'started one that was stopped').toBe(true);
            if (failSpawn) feed({ type: 'spawn-failed', reason: 'EAGAIN', passing: true });
            else {
              nextPid += 1;
              alive.add(nextPid);
              expect(alive.size, 'two processes').toBe(1);
              feed(spawned(nextPid));
            }
          }
        };
        for (const [drawn, pause] of events) {
          now += pause;
          failSpawn = drawn === 'unborn';
          if (drawn === 'due' || drawn === 'unborn') feed({ type: 'timer', epoch: child.epoch });
          else if ('ends' in drawn) {
            const [pid] = alive;
            if (pid === undefined) continue;
            alive.delete(pid);
            feed(exited(pid, drawn.ends));
          } else feed(drawn);
          expect(child.wanted.value).toBe(wanted);
          expect(child.pid === null ? [] : [child.pid]).toEqual([...alive]);
          expect(child.up.value).toBe(alive.size === 1);
          expect(child.ready.value).toBe(child.state === 'ready');
          if (!wanted) expect(['down', 'stopping']).toContain(child.state);
          // It runs, is started by a timer or by what it waits for, or says what has to be done.
          if (wanted && alive.size === 0) {
            expect(child.reason).not.toBeNull();
            if (child.state !== 'blocked' && !child.reason?.includes('78')) expect(child.retryAt).not.toBeNull();
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
