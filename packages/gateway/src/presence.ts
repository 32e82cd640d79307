import type { PresenceEntry } from '@polygate/protocol';

/** How long an entry stays after its client was last heard of. A client that is connected is here, however silent. */
const TTL_MS = 300_000;
const MOST_ENTRIES = 200;

type Entry = Omit<PresenceEntry, 'ts'>;

/**
 * Who is here. Entries are kept by instanceId, so that a client that comes again stays one entry. The gateway's own entry is
 * apart: no client can replace it, and it does not age.
 */
export class Presence {
  version = 1;
  readonly #self: PresenceEntry;
  readonly #entries = new Map<string, PresenceEntry>();
  /** Connections of each key: two programs of one instanceId are one entry, until the last of them is gone. */
  readonly #connected = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number, self: Entry) {
    this.#now = now;
    this.#self = { ...self, ts: now() };
  }

  /** Puts or renews an entry; what is not given stays as it was. */
  put(key: string, entry: Entry): void {
    const before = this.#entries.get(key);
    // Renewed entries come last in the map: the first ones are the oldest.
    this.#entries.delete(key);
    this.#entries.set(key, { ...before, ...entry, ts: this.#now() });
    this.version += 1;
    if (this.#entries.size > MOST_ENTRIES) this.#makeRoomFor(key);
  }

  /** A client connected. */
  arrive(key: string, entry: Entry): void {
    this.#connected.set(key, (this.#connected.get(key) ?? 0) + 1);
    this.put(key, { ...entry, reason: 'connect' });
  }

  /** A client is gone. False when another one of the same key is still here: nothing changed then. */
  leave(key: string, entry: Entry): boolean {
    const others = (this.#connected.get(key) ?? 1) - 1;
    if (others > 0) {
      this.#connected.set(key, others);
      return false;
    }
    this.#connected.delete(key);
    this.put(key, { ...entry, reason: 'disconnect' });
    return true;
  }

  /** Lets go of those that were silent for too long. True when there were any. */
  expire(): boolean {
    const before = this.#entries.size;
    for (const [key, entry] of this.#entries) if (this.#isStale(key, entry)) this.#entries.delete(key);
    if (this.#entries.size === before) return false;
    this.version += 1;
    return true;
  }

  /** Newest first, the gateway itself last. */
  list(): PresenceEntry[] {
    const here: PresenceEntry[] = [];
    for (const [key, entry] of this.#entries) if (!this.#isStale(key, entry)) here.push(entry);
    return [...here.reverse(), { ...this.#self, ts: this.#now() }];
  }

  #isStale(key: string, { ts }: PresenceEntry): boolean {
    return ts < this.#now() - TTL_MS && !this.#connected.has(key);
  }

  /** The oldest gives way: of those that are gone already, if there is one. Never the one that came just now. */
  #makeRoomFor(newest: string): void {
    let [oldest] = this.#entries.keys();
    for (const key of this.#entries.keys()) {
      if (this.#connected.has(key) || key === newest) continue;
      oldest = key;
      break;
    }
    this.#entries.delete(oldest as string);
  }
}
