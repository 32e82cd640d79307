import type { StateVersion } from '@polygate/protocol';
import type { Hub } from './hub.ts';
import type { Presence } from './presence.ts';

/** Changes that come within this time are told together. */
const QUIET_MS = 50;
/** Entries that are sent in a millisecond at most, to all clients together: after a long telling the next one waits. */
const ENTRIES_PER_MS = 200;

/**
 * Tells every client who is here, after each change. Every telling holds the whole list, as clients of the family read it; so
 * many changes at once (a thousand clients that come back after a restart) are one telling, and not a thousand lists for each of
 * a thousand clients.
 */
export class PresenceNews {
  readonly #hub: Hub;
  readonly #presence: Presence;
  readonly #stateVersion: () => StateVersion;
  readonly #monotonic: () => number;
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor({ hub, presence, stateVersion, monotonic }: NewsOptions) {
    this.#hub = hub;
    this.#presence = presence;
    this.#stateVersion = stateVersion;
    this.#monotonic = monotonic;
  }

  /** Something changed. It is told when the time since the first untold change is up. */
  changed(): void {
    if (this.#stopped || this.#timer) return;
    const wait = Math.max(QUIET_MS, this.#notBefore - this.#monotonic());
    this.#timer = setTimeout(() => this.#tell(), wait).unref();
  }

  /** No more is told. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    const presence = this.#presence.list();
    this.#hub.broadcast('presence', { presence }, this.#stateVersion());
    this.#notBefore = this.#monotonic() + (this.#hub.size * presence.length) / ENTRIES_PER_MS;
  }
}

interface NewsOptions {
  hub: Hub;
  presence: Presence;
  stateVersion(): StateVersion;
  /** Milliseconds on a clock that nobody sets. */
  monotonic(): number;
}
