import type { InstanceReport, SupervisorEvent, Told } from '@polygate/core/supervise';
import type { Clock } from '@polygate/host';
import type { Supervised } from './supervised.ts';

type Listener = (event: SupervisorEvent, report: InstanceReport) => void;

export interface Announcer {
  queue(one: Supervised, told: readonly Told[]): void;
  /** Tells what was queued, in its order, and once: a listener that makes more happen adds to the end. */
  flush(): void;
  /** The same as soon as all that happens now has been done: telling of fifty takes longer than signalling them. */
  flushSoon(): void;
  listen(listener: Listener): () => void;
}

/** Tells of transitions after they took effect. */
export function announcer(clock: Clock): Announcer {
  const listeners = new Set<Listener>();
  const queued: { event: SupervisorEvent; one: Supervised }[] = [];
  let telling = false;
  let scheduled = false;
  return {
    queue(one, told) {
      for (const { event, message } of told) {
        queued.push({ event: { at: clock.now(), id: one.spec.id, event, message, pid: one.child.pid }, one });
      }
    },
    flushSoon() {
      if (scheduled) return;
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        this.flush();
      });
    },
    flush() {
      if (telling) return;
      telling = true;
      try {
        for (let next = queued.shift(); next; next = queued.shift()) {
          const { event, one } = next;
          for (const listener of listeners) listener(event, one.report());
        }
      } finally {
        telling = false;
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
