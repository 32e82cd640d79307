import { Problem } from '@polygate/core';

interface Meant<T> {
  code: 'DEVICE_UNKNOWN' | 'NODE_UNKNOWN';
  idOf(item: T): string;
  /** Another name that it may be called by, in full. */
  nameOf?(item: T): string | undefined;
  what: string;
  /** The command that lists them. */
  list: string;
}

/**
 * The one that is meant: by how its id begins, by its name, or as the only one where nothing was named.
 * @throws Problem of this code where none or more than one is
 */
export function theOne<T>(all: readonly T[], given: string | undefined, { code, idOf, nameOf, what, list }: Meant<T>): T {
  const named = all.filter((item) => idOf(item) === given || nameOf?.(item) === given);
  const begun = given === undefined ? all : all.filter((item) => idOf(item).startsWith(given));
  const meant = named.length > 0 ? named : begun;
  const [first] = meant;
  if (first !== undefined && meant.length === 1 && given !== '') return first;
  throw new Problem(code, { what, given: given ?? '', found: meant.length, list });
}
