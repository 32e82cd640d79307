import type { EventPayloads, StateVersion } from '@polygate/protocol';

/** A client that events are sent to. */
export interface Listener {
  sendEvent(event: string, payload: unknown, stateVersion?: StateVersion): void;
}

/** The clients that have said hello. */
export class Hub {
  readonly #listeners = new Set<Listener>();

  get size(): number {
    return this.#listeners.size;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
  }

  remove(listener: Listener): boolean {
    return this.#listeners.delete(listener);
  }

  broadcast<E extends keyof EventPayloads>(event: E, payload: EventPayloads[E], stateVersion?: StateVersion): void {
    for (const listener of this.#listeners) listener.sendEvent(event, payload, stateVersion);
  }
}
