import { type EventPayloads, eventTable, type StateVersion } from '@polygate/protocol';
import { type Caller, hasScope } from './methods/method.ts';

/** A client that events are sent to. */
export interface Listener {
  readonly caller: Caller | undefined;
  /** `payload` is JSON already: it is the same for all that get it. */
  sendEvent(event: string, payload: string, stateVersion?: StateVersion): void;
  close(code: number, reason: string): void;
  /** Asks for a sign of life, and cuts off a client that gave none for long. */
  ping(): void;
}

const CLOSE_POLICY = 1008;

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

  /** Tells all that may know of it. */
  broadcast<E extends keyof EventPayloads>(event: E, payload: EventPayloads[E], stateVersion?: StateVersion): void {
    if (this.#listeners.size === 0) return;
    const text = JSON.stringify(payload);
    const scope = eventTable[event]?.scope;
    for (const listener of this.#listeners) {
      if (listener.caller && hasScope(listener.caller, scope)) listener.sendEvent(event, text, stateVersion);
    }
  }

  /** The machine of a client may be gone without a word: the kernel alone would take a quarter of an hour to notice. */
  pingAll(): void {
    for (const listener of [...this.#listeners]) listener.ping();
  }

  /** Ends the connections of those that are meant. */
  dismiss(isMeant: (caller: Caller) => boolean | undefined, reason: string): void {
    for (const listener of [...this.#listeners])
      if (listener.caller && isMeant(listener.caller)) listener.close(CLOSE_POLICY, reason);
  }
}
