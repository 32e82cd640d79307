import { isWithin, type PathFlavour } from '../paths.ts';

/** Names in the directories that were looked into, by path. */
export type Listing = ReadonlyMap<string, readonly string[]>;

/** The parts of a tree that may be moved or deleted as they are, and what of it is left in place. */
export interface Parts {
  /** Each is wholly the instance's own. The root alone when nothing foreign lies in it. */
  own: string[];
  /** Paths of other instances. */
  kept: string[];
}

/**
 * Takes a tree apart so that nothing of others is in what is left: directories that hold a foreign path are entered, all
 * else stays whole. Lexical: all paths canonical. `listing` must hold every directory that `directoriesToEnter` names.
 */
export function partsWithout(paths: PathFlavour, root: string, foreign: readonly string[], listing: Listing): Parts {
  if (foreign.includes(root)) return { own: [], kept: [root] };
  if (!holdsForeign(paths, root, foreign)) return { own: [root], kept: [] };
  const parts = (listing.get(root) ?? []).map((name) => partsWithout(paths, paths.join(root, name), foreign, listing));
  return { own: parts.flatMap((part) => part.own), kept: parts.flatMap((part) => part.kept) };
}

/** The directories of a tree that lie on the way to a foreign path, outermost first: what has to be listed. */
export function directoriesToEnter(paths: PathFlavour, root: string, foreign: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of foreign) {
    for (let at = path; at !== root && isWithin(paths, root, at); at = paths.dirname(at)) found.add(paths.dirname(at));
  }
  return [...found].sort((a, b) => a.length - b.length);
}

const holdsForeign = (paths: PathFlavour, path: string, foreign: readonly string[]) =>
  foreign.some((each) => each !== path && isWithin(paths, path, each));
