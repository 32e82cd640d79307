import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RESTART_POLICY, restartDelayMs } from './backoff.ts';
import { type Child, type Effect, type Event, NEW_CHILD, step } from './machine.ts';

const policy = DEFAULT_RESTART_POLICY;
const context = (now: number) => ({ now, random: 0.5, policy, stopBudgetMs: 5_000 });

/** Feeds events at the given times and collects the effects of the last one. */
function play(...events: [at: number, event: Event][]): { child: Child; effects: Effect[] } {
  let result = { child: NEW_CHILD, effects: [] as Effect[] };
  for (const [at, event] of events) result = step(result.child, event, context(at));
  return result;
}

const exited = (code: number | null, signal: string | null = null): Event => ({ type: 'exited', code, signal });

describe('restartDelayMs', () => {
  it('starts at once after no failure, then grows and stays within its bound', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
        const delay = restartDelayMs(policy, failures, random);
        expect(delay).toBeLessThanOrEqual(policy.highestMs);
        if (failures === 0) expect(delay).toBe(0);
        else expect(delay).toBeGreaterThanOrEqual(policy.firstMs * (1 - policy.jitter) - 1);
      }),
    );
  });
});

describe('a supervised child', () => {
  it('comes back at once when it had been up a while', () => {
    const { child, effects } = play(
      [0, { type: 'start' }],
      [0, { type: 'spawned', pid: 7 }],
      [1, { type: 'ready' }],
      [60_000, exited(1)],
    );
    expect(effects).toEqual([{ do: 'spawn' }]);
    expect(child).toMatchObject({ state: 'starting', failures: 0, pid: null });
  });

  it('waits longer each time when it dies young, then is parked with the reason', () => {
    let child = play([0, { type: 'start' }]).child;
    const waits: number[] = [];
    for (let now = 0, i = 0; child.state !== 'parked' && i < 20; i += 1) {
      child = step(child, { type: 'spawned', pid: 7 }, context(now)).child;
      const died = step(child, exited(1), context(now + 10));
      const [wake] = died.effects;
      if (wake?.do === 'wake' && died.child.state === 'waiting') waits.push(wake.afterMs);
      now += 10 + (wake?.do === 'wake' ? wake.afterMs : 0);
      child =
        died.child.state === 'waiting'
          ? step(died.child, { type: 'timer', epoch: died.child.epoch }, context(now)).child
          : died.child;
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000]);
    expect(child).toMatchObject({ state: 'parked', reason: 'it ended 6 times within 60 s' });
  });

  it('is parked at once by exit 78', () => {
    expect(play([0, { type: 'start' }], [0, { type: 'spawned', pid: 7 }], [60_000, exited(78)]).child.state).toBe('parked');
  });

  it('is asked to end, then killed after its budget, and stays down', () => {
    const stopped = play([0, { type: 'start' }], [0, { type: 'spawned', pid: 7 }], [9, { type: 'stop' }]);
    expect(stopped.effects).toEqual([
      { do: 'signal', signal: 'SIGTERM', pid: 7 },
      { do: 'wake', afterMs: 5_000, epoch: stopped.child.epoch },
    ]);
    const late = step(stopped.child, { type: 'timer', epoch: stopped.child.epoch }, context(6_000));
    expect(late.effects).toEqual([{ do: 'signal', signal: 'SIGKILL', pid: 7 }]);
    expect(step(late.child, exited(null, 'SIGKILL'), context(6_001)).child).toMatchObject({ state: 'down', pid: null });
  });

  it('never runs two processes, restarts what was stopped, or forgets what is wanted', () => {
    const event = fc.oneof(
      fc.constant<Event>({ type: 'start' }),
      fc.constant<Event>({ type: 'stop' }),
      fc.constant<Event>({ type: 'ready' }),
      fc.constant<Event>({ type: 'timer', epoch: -1 }),
      fc.constant('due' as const),
      fc.constantFrom(0, 1, 78).map((code) => exited(code)),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        let child = NEW_CHILD;
        let running = 0;
        let wanted = false;
        let pid = 0;
        for (const [i, drawn] of events.entries()) {
          const now = i * 700;
          const next: Event = drawn === 'due' ? { type: 'timer', epoch: child.epoch } : drawn;
          if (next.type === 'exited' && running === 0) continue;
          if (next.type === 'exited') running -= 1;
          if (next.type === 'start') wanted = true;
          if (next.type === 'stop') wanted = false;
          let result = step(child, next, context(now));
          child = result.child;
          while (result.effects.some((e) => e.do === 'spawn')) {
            running += 1;
            pid += 1;
            result = step(child, { type: 'spawned', pid }, context(now));
            child = result.child;
          }
          expect(running).toBeLessThanOrEqual(1);
          expect(child.wanted).toBe(wanted);
          if (!wanted && running === 0) expect(child.state).toBe('down');
          if (wanted) expect(child.state).not.toBe('down');
          expect(child.pid !== null).toBe(running === 1);
        }
      }),
    );
  });
});
