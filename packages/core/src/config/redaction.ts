import { secretPaths } from '../profiles/secret-keys.ts';

/** Stands where a secret was, in what is shown. Sent back, it means: as it is. */
export const REDACTED = '__REDACTED__';

/** A value at a place: the keys on the way to it, list positions as numbers in text. */
export interface Placed {
  keys: readonly string[];
  value: unknown;
}

/** A config without its secrets, to be shown. */
export function redactConfig(config: unknown): unknown {
  return withValues(
    config,
    secretPaths(config).map((keys) => ({ keys, value: REDACTED })),
  );
}

/** What the placeholders in a config stand for, and where one stands for nothing. */
export interface Restored {
  found: Placed[];
  unknown: string[];
}

/**
 * Finds the secrets that a config which was shown redacted and then edited means to keep. An entry of a list is known again by
 * what else is in it, or by its id, else by its position when the list is as long as it was: never by a guess. One pass over each.
 */
export function restoreSecrets(edited: unknown, current: unknown): Restored {
  const found: Placed[] = [];
  const unknown: string[] = [];
  const visit = (value: unknown, now: unknown, keys: readonly string[]): void => {
    if (value === REDACTED) {
      if (now === undefined || now === REDACTED) unknown.push(keys.join('.'));
      else found.push({ keys, value: now });
    } else if (Array.isArray(value)) {
      const before = counterparts(value, Array.isArray(now) ? now : []);
      for (const [i, each] of value.entries()) visit(each, before(each, i), [...keys, String(i)]);
    } else if (isObject(value)) {
      for (const [key, each] of Object.entries(value)) visit(each, isObject(now) ? own(now, key) : undefined, [...keys, key]);
    }
  };
  visit(edited, current, []);
  return { found, unknown };
}

/** What an entry of a list was before. */
function counterparts(list: readonly unknown[], before: readonly unknown[]): (entry: unknown, i: number) => unknown {
  const shown = new Map<string, unknown[]>();
  const named = new Map<unknown, unknown[]>();
  const add = <K>(map: Map<K, unknown[]>, key: K, entry: unknown) => map.set(key, [...(map.get(key) ?? []).slice(0, 1), entry]);
  for (const entry of before) {
    add(shown, JSON.stringify(redactConfig(entry)), entry);
    if (isObject(entry) && own(entry, 'id') !== undefined) add(named, own(entry, 'id'), entry);
  }
  // Where two are equal but for their secrets, only their order tells them apart.
  const only = (found: unknown[] | undefined) => (found?.length === 1 ? found[0] : undefined);
  return (entry, i) =>
    only(shown.get(JSON.stringify(entry))) ??
    (isObject(entry) ? only(named.get(own(entry, 'id'))) : undefined) ??
    (list.length === before.length ? before[i] : undefined);
}

/** The same with other values at some places; one pass, whatever their number. */
export function withValues(value: unknown, placed: readonly Placed[]): unknown {
  const root: Places = { inner: new Map() };
  for (const { keys, value: at } of placed) {
    let place = root;
    for (const key of keys) {
      const next: Places = place.inner.get(key) ?? { inner: new Map() };
      place.inner.set(key, next);
      place = next;
    }
    place.here = { value: at };
  }
  return put(value, root);
}

interface Places {
  here?: { value: unknown };
  inner: Map<string, Places>;
}

function put(value: unknown, { here, inner }: Places): unknown {
  if (here) return here.value;
  const changed = (each: unknown, key: string) => {
    const place = inner.get(key);
    return place ? put(each, place) : each;
  };
  if (inner.size === 0) return value;
  if (Array.isArray(value)) return value.map((each, i) => changed(each, String(i)));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, changed(each, key)])) : value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (value: Record<string, unknown>, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);
