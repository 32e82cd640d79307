import type { SessionIndex } from './index-file.ts';

/** More than turns can be under way at once (turns/turns.ts): no conversation goes while it is answered. */
const MOST_KEPT = 200;
const ONE_OFF = /^(agent:[^:]+:)?hook:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A conversation that a hook began without a name for it, which nobody can go on with. */
export const isOneOff = (key: string): boolean => ONE_OFF.test(key);

/**
 * An index with the latest of those conversations alone, and the keys that are gone: a gateway that is rung every minute would
 * read and write a longer index with every turn.
 */
export function withoutOldOneOffs(index: SessionIndex): { index: SessionIndex; gone: string[] } {
  const keys = Object.keys(index).filter(isOneOff);
  if (keys.length <= MOST_KEPT) return { index, gone: [] };
  const stamp = (key: string) => index[key]?.updatedAt ?? 0;
  const gone = keys.sort((a, b) => stamp(b) - stamp(a)).slice(MOST_KEPT);
  const left = new Set(gone);
  return { index: Object.fromEntries(Object.entries(index).filter(([key]) => !left.has(key))), gone };
}
