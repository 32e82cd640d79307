export interface Waiters {
  /** Resolves when this holds; false when the time is over first. */
  until(holds: () => boolean, boundMs?: number): Promise<boolean>;
  /** Something changed. */
  look(): void;
}

/** Those who wait for something to hold of what only changes step by step. */
export function waiters(): Waiters {
  let waiting: (() => boolean)[] = [];
  return {
    until(holds, boundMs) {
      if (holds()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = boundMs === undefined ? undefined : setTimeout(() => resolve(false), boundMs);
        waiting.push(() => {
          if (!holds()) return false;
          clearTimeout(timer);
          resolve(true);
          return true;
        });
      });
    },
    look() {
      waiting = waiting.filter((isOver) => !isOver());
    },
  };
}
