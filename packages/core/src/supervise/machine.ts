import { act } from './actions.ts';
import { hasProven } from './after-death.ts';
import { type Child, type Context, fact, type State } from './child.ts';
import type { Effect, Event } from './events.ts';
import { actionFor } from './table.ts';

export interface Step {
  child: Child;
  effects: readonly Effect[];
}

const PAUSED: ReadonlySet<State> = new Set<State>(['blocked', 'waiting', 'parked']);

/**
 * One supervised child as a table of state × event (pure). The loop around it spawns, waits and tells it what happened; what it
 * shall do next comes back as effects.
 */
export function step(child: Child, event: Event, context: Context): Step {
  if (isPast(child, event)) return { child, effects: [] };
  const { now } = context;
  const move = act(actionFor(child.state, event.type), child, event, context);
  const next = { ...child, ...move.set };
  const wakes = move.wakeAfterMs !== undefined;
  const moved = next.state !== child.state;
  const epoch = moved || wakes ? child.epoch + 1 : child.epoch;
  const stopRequests = child.stopRequests + (event.type === 'stop' ? 1 : 0);
  const wanted = fact(child.wanted, move.wanted ?? child.wanted.value, now);
  const changed = move.set !== undefined || moved || wakes || wanted !== child.wanted || stopRequests !== child.stopRequests;
  if (!changed) return { child, effects: move.effects ?? [] };
  const isUp = next.pid !== null;
  const retryAt = wakes ? now + (move.wakeAfterMs as number) : moved ? null : child.retryAt;
  return {
    child: {
      ...next,
      wanted,
      stopRequests,
      epoch,
      since: moved ? now : child.since,
      up: move.startedAt === undefined ? fact(child.up, isUp, now) : { value: isUp, since: move.startedAt },
      ready: fact(child.ready, next.state === 'ready', now),
      paused: fact(child.paused, PAUSED.has(next.state), now),
      proven: isUp && (next.pid !== child.pid ? next.proven : hasProven(child, context)),
      retryAt: PAUSED.has(next.state) ? retryAt : null,
    },
    effects: wakes ? [...(move.effects ?? []), { do: 'wake', afterMs: move.wakeAfterMs as number, epoch }] : (move.effects ?? []),
  };
}

/** An exit of pid P touches the state only while it still belongs to P, and a timer only the wait that asked for it. */
function isPast(child: Child, event: Event): boolean {
  if (event.type === 'timer') return event.epoch !== child.epoch;
  return (event.type === 'exited' || event.type === 'gone') && event.pid !== child.pid;
}
