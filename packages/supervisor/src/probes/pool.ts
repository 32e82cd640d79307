/** Runs at most so many at once; the others wait in the order in which they came. */
export interface Pool {
  /** `signal` takes it out of the queue; then it gives undefined, and `body` never runs. */
  run<T>(body: () => Promise<T>, signal: AbortSignal): Promise<T | undefined>;
}

export function createPool(limit: number): Pool {
  let running = 0;
  const waiting = new Set<() => void>();
  const turn = (signal: AbortSignal) =>
    new Promise<boolean>((resolve) => {
      const go = () => {
        waiting.delete(go);
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = () => {
        waiting.delete(go);
        resolve(false);
      };
      waiting.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  return {
    async run(body, signal) {
      if (signal.aborted) return undefined;
      if (running < limit) running += 1;
      // Whoever ends hands its place on: nobody comes between.
      else if (!(await turn(signal))) return undefined;
      try {
        return signal.aborted ? undefined : await body();
      } finally {
        const [next] = waiting;
        if (next) next();
        else running -= 1;
      }
    },
  };
}
