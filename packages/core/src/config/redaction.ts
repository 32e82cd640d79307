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
 * what else is in it, or by its id, else by its position when the list is as long as it was: never by a guess.
 */
export function restoreSecrets(edited: unknown, current: unknown): Restored {
  const found: Placed[] = [];
  const unknown: string[] = [];
  const visit = (value: unknown, now: unknown, keys: readonly string[]): void => {
    if (value === REDACTED) {
      if (now === undefined || now === REDACTED) unknown.push(keys.join('.'));
      else found.push({ keys, value: now });
    } else if (Array.isArray(value)) {
      const before = Array.isArray(now) ? now : [];
      for (const [i, each] of value.entries()) visit(each, counterpart(each, i, value, before), [...keys, String(i)]);
    } else if (isObject(value)) {
      for (const [key, each] of Object.entries(value)) visit(each, isObject(now) ? own(now, key) : undefined, [...keys, key]);
    }
  };
  visit(edited, current, []);
  return { found, unknown };
}

/** The same with other values at some places; what is not on the way to one is shared. */
export function withValues(value: unknown, placed: readonly Placed[]): unknown {
  return placed.reduce((whole, { keys, value: inner }) => withValue(whole, keys, inner), value);
}

function withValue(value: unknown, [key, ...rest]: readonly string[], inner: unknown): unknown {
  if (key === undefined) return inner;
  if (Array.isArray(value)) return value.map((each, i) => (String(i) === key ? withValue(each, rest, inner) : each));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, each]) => [k, k === key ? withValue(each, rest, inner) : each]));
}

function counterpart(entry: unknown, i: number, list: readonly unknown[], before: readonly unknown[]): unknown {
  const shown = JSON.stringify(entry);
  const same = before.filter((each) => JSON.stringify(redactConfig(each)) === shown);
  // Equal but for their secrets: only their order tells them apart.
  if (same.length === 1) return same[0];
  const id = isObject(entry) ? own(entry, 'id') : undefined;
  const named = id === undefined ? [] : before.filter((each) => isObject(each) && own(each, 'id') === id);
  if (named.length === 1) return named[0];
  return list.length === before.length ? before[i] : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (value: Record<string, unknown>, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);
