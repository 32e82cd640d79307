/** A line of one of several logs. */
export interface TimedLine {
  /** Milliseconds since 1970: its own time, or that of the line before it. */
  at: number;
}

/** Lines of one log, one after the other. `undefined`: no more for now. */
export type NextLine<T> = () => Promise<T | undefined>;

/**
 * Lines of several logs by time, each log in its own order; at the same time, in the order of the logs. Holds one line of each,
 * however long they are.
 */
export async function* mergeByTime<T extends TimedLine>(sources: readonly NextLine<T>[]): AsyncGenerator<T> {
  const heads: { line: T; index: number }[] = [];
  for (const [index, next] of sources.entries()) {
    const line = (await next()) as T | undefined;
    if (line !== undefined) heads.push({ line, index });
  }
  while (heads.length > 0) {
    let first = 0;
    for (let i = 1; i < heads.length; i += 1) {
      if ((heads[i]?.line.at ?? 0) < (heads[first]?.line.at ?? 0)) first = i;
    }
    const head = heads[first];
    if (head === undefined) return;
    yield head.line;
    const following = (await sources[head.index]?.()) as T | undefined;
    if (following === undefined) heads.splice(first, 1);
    else head.line = following;
  }
}
