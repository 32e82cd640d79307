const REMEMBER_MS = 300_000;
const MOST_KEYS = 1_000;

/**
 * Work that is named by its client with an idempotency key: what comes again with the same key gets the answer of the first, and
 * runs once. Kept for five minutes after it ended, a thousand keys at most (figures of the family).
 */
export class Once {
  /** In the order in which they came. */
  readonly #answers = new Map<string, { answer: Promise<unknown>; endedAt: number | undefined }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The answer of the work that this key stands for. `mayRetry`: a failure after which the work may be done again. */
  run<T>(key: string, body: () => Promise<T>, mayRetry: (error: unknown) => boolean = () => false): Promise<T> {
    const known = this.recall<T>(key);
    if (known) return known;
    const answer = body();
    const kept: { answer: Promise<unknown>; endedAt: number | undefined } = { answer, endedAt: undefined };
    const end = () => {
      kept.endedAt = this.#now();
    };
    answer.then(end, (error: unknown) => (mayRetry(error) ? this.#answers.delete(key) : end()));
    this.#answers.set(key, kept);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_KEYS && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }

  /** The answer of the work that was begun with this key; undefined when none was. */
  recall<T>(key: string): Promise<T> | undefined {
    const kept = this.#answers.get(key);
    const isOld = kept?.endedAt !== undefined && this.#now() - kept.endedAt > REMEMBER_MS;
    if (isOld) this.#answers.delete(key);
    return isOld ? undefined : (kept?.answer as Promise<T> | undefined);
  }
}
