import type { PresenceEntry } from '@polygate/protocol';

/** How long an entry stays after its client was last heard of. */
const TTL_MS = 300_000;
const MOST_ENTRIES = 200;

/**
 * Who is here. Entries are kept by instanceId, so that a client that comes again stays one entry. The gateway's own entry is
 * apart: no client can replace it, and it does not age.
 */
export class Presence {
  version = 1;
  readonly #self: PresenceEntry;
  readonly #entries = new Map<string, PresenceEntry>();
  readonly #now: () => number;

  constructor(now: () => number, self: Omit<PresenceEntry, 'ts'>) {
    this.#now = now;
    this.#self = { ...self, ts: now() };
  }

  /** Puts or renews an entry; what is not given stays as it was. */
  put(key: string, entry: Omit<PresenceEntry, 'ts'>): void {
    const before = this.#entries.get(key);
    // Renewed entries come last in the map: the first ones are the oldest.
    this.#entries.delete(key);
    this.#entries.set(key, { ...before, ...entry, ts: this.#now() });
    this.version += 1;
    this.#prune();
  }

  /** Newest first, the gateway itself last. */
  list(): PresenceEntry[] {
    this.#prune();
    return [...[...this.#entries.values()].reverse(), { ...this.#self, ts: this.#now() }];
  }

  #prune(): void {
    const oldest = this.#now() - TTL_MS;
    for (const [key, { ts }] of this.#entries) {
      if (this.#entries.size > MOST_ENTRIES || ts < oldest) this.#entries.delete(key);
    }
  }
}
