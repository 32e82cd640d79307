const FIRST_MS = 250;
const LONGEST_MS = 5_000;
/** After so long without a wrong secret, an address begins anew. */
const FORGET_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/**
 * How long the answer to a wrong secret waits: 0.25 s at first, twice as long each time, 5 s at most. Counted by address, so that
 * many sockets do not make it quicker. A right secret never waits, and does not clear what others did from there.
 */
export class Throttle {
  readonly #failures = new Map<string, { count: number; last: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes a wrong secret; gives the milliseconds to wait with the answer. */
  failed(address: string): number {
    const now = this.#now();
    const before = this.#failures.get(address);
    const count = before && now - before.last < FORGET_MS ? before.count + 1 : 1;
    // The newest comes last: the first ones are those to forget.
    this.#failures.delete(address);
    this.#failures.set(address, { count, last: now });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(count - 1, 10));
  }
}
