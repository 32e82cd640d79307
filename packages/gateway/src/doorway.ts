/** A socket that has not said hello yet. */
export interface Waiting {
  /** Ends it at once, without a word. */
  terminate(): void;
}

/** A client takes milliseconds to say hello: one that took this long gives way to another when there is no room. */
const SLOW_MS = 250;

/**
 * Sockets before hello are few: `most` that are about to say it, and as many that wait for the answer to a wrong secret. Who is
 * slow gives way when there is no room, so that neither slow ones nor guessers keep a good client out.
 */
export class Doorway {
  readonly #most: number;
  readonly #now: () => number;
  /** In the order in which they came. */
  readonly #waiting = new Map<Waiting, number>();
  readonly #penalised = new Set<Waiting>();

  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  /** Makes room if there is none. False: nobody may come in now. */
  hasRoom(): boolean {
    if (this.#waiting.size < this.#most) return true;
    const [first] = this.#waiting;
    if (!first || this.#now() - first[1] < SLOW_MS) return false;
    this.leave(first[0]);
    first[0].terminate();
    return true;
  }

  enter(socket: Waiting): void {
    this.#waiting.set(socket, this.#now());
  }

  /** It showed a wrong secret and waits for the answer. */
  penalise(socket: Waiting): void {
    this.#waiting.delete(socket);
    this.#penalised.add(socket);
    if (this.#penalised.size <= this.#most) return;
    const [oldest] = this.#penalised;
    this.leave(oldest as Waiting);
    (oldest as Waiting).terminate();
  }

  /** It said hello, or is gone. */
  leave(socket: Waiting): void {
    this.#waiting.delete(socket);
    this.#penalised.delete(socket);
  }
}
