import type { AuditInput, InstanceFacts, PlaceFact } from './facts.ts';

/** Something with the instance that it belongs to. */
export interface Owned<T> {
  owner: string;
  it: T;
}

/** Every fact of one kind with its instance. */
export function owned<T>(instances: readonly InstanceFacts[], facts: (instance: InstanceFacts) => readonly T[]): Owned<T>[] {
  return instances.flatMap((instance) => facts(instance).map((it) => ({ owner: instance.id, it })));
}

/** Those that have a key in common, when more than one instance does. */
export function sharedBy<T>(all: readonly Owned<T>[], key: (it: T) => string | undefined): Owned<T>[][] {
  const groups = new Map<string, Owned<T>[]>();
  for (const each of all) {
    const at = key(each.it);
    if (at !== undefined) groups.set(at, [...(groups.get(at) ?? []), each]);
  }
  return [...groups.values()].filter((group) => ownersOf(group).length > 1);
}

/** Names of the instances, each once, sorted. */
export function ownersOf(group: readonly Owned<unknown>[]): string[] {
  return [...new Set(group.map(({ owner }) => owner))].sort();
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** What tells a place from all others, as far as its name can: the file system may fold the case of letters. */
export function nameOf({ foldsCase }: Pick<AuditInput, 'foldsCase'>, { canonical }: PlaceFact): string {
  return foldsCase ? folded(canonical) : canonical;
}

/** A path as a file system sees it that takes no account of case, nor of how an accent is written. */
export function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
