/** Counts requests that are being answered, so that a stop can wait for the last one. */
export class Work {
  #underWay = 0;
  #waiting: (() => void)[] = [];

  /** Runs a piece of work and counts it while it lasts. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await body();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** Settles when nothing is under way. */
  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
