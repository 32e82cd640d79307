import { Problem } from '../errors/problem.ts';
import type { Ledger } from '../gen/ledger.gen.ts';
import { isWithin, type PathFlavour } from '../paths.ts';
import type { Step, TreeStep } from '../service/steps.ts';
import { type Listing, partsWithout } from './parts.ts';

export type ChangeStep = Step | TreeStep;
export type LedgerRecord = Ledger['instances'][number];

/**
 * A change of a whole profile: what is done, then what the ledger says, then what cannot be taken back. It is written down
 * before it begins, so that one that was interrupted can be finished.
 */
export interface ProfileChange {
  version: 1;
  kind: 'clone' | 'rename' | 'remove';
  /** For people: what changes into what. */
  title: string;
  /** The command that finishes it. */
  command: string;
  /** Ids of the instances that are not to be used meanwhile. */
  concerns: string[];
  steps: ChangeStep[];
  ledger: { drop?: { product: string; stateDir: string }; put?: LedgerRecord };
  after: TreeStep[];
}

/** A directory that is an instance's own. Paths are canonical but for a last part that is a symlink. */
export interface Tree {
  path: string;
  kind: 'directory' | 'link' | 'other' | 'missing';
}

/** What must be known of the disk and of other instances to move or delete trees. */
export interface TreeWorld {
  paths: PathFlavour;
  home: string;
  /** Directories that are never moved or deleted, nor anything they lie in: Polygate's own. */
  reserved: readonly string[];
  /** Every path of every other instance. */
  foreign: readonly string[];
  listing: Listing;
}

export interface Relocation {
  steps: TreeStep[];
  moves: { from: string; to: string }[];
  /** Where the tree itself is to be found after it, when it was there; also when only parts of it could move. */
  root: { from: string; to: string } | undefined;
  /** What of the tree stays in its place because it is another instance's. */
  kept: string[];
}

/**
 * Steps that move a tree, without what is another instance's. A symlink is moved itself, and where it leads to stays.
 * @throws Problem PATH_PROTECTED for a tree that is more than one instance: the home directory, or what holds it
 */
export function relocate(world: TreeWorld, tree: Tree, to: string): Relocation {
  const { paths, foreign, listing } = world;
  if (tree.kind === 'missing') return { steps: [], moves: [], root: undefined, kept: [] };
  protect(world, tree);
  const { own, kept } = tree.kind === 'link' ? { own: [tree.path], kept: [] } : partsWithout(paths, tree.path, foreign, listing);
  const moves = own.map((from) => ({ from, to: from === tree.path ? to : paths.join(to, paths.relative(tree.path, from)) }));
  const parents = [...new Set(moves.filter(({ from }) => from !== tree.path).map((move) => paths.dirname(move.to)))];
  return {
    steps: [
      ...parents.sort((a, b) => a.length - b.length).map((path): TreeStep => ({ do: 'makeDir', path, mode: 0o700 })),
      ...moves.map((move): TreeStep => ({ do: 'move', ...move })),
    ],
    moves,
    root: moves.length > 0 ? { from: tree.path, to } : undefined,
    kept,
  };
}

/** What is deleted is put aside first, under a name beside its own: until then it can be taken back. */
export function discard(world: TreeWorld, tree: Tree, mark: string): Relocation & { after: TreeStep[] } {
  const aside = `${tree.path}${mark}`;
  const relocation = relocate(world, tree, aside);
  return { ...relocation, after: relocation.moves.length > 0 ? [{ do: 'removeTree', path: aside }] : [] };
}

function protect({ paths, home, reserved }: TreeWorld, { path, kind }: Tree): void {
  const refuse = (reason: string): never => {
    throw new Problem('PATH_PROTECTED', { path, reason });
  };
  if (kind === 'link') return;
  if (kind === 'other') refuse('it is not a directory');
  if (path === home) refuse('it is the home directory');
  if (isWithin(paths, path, home)) refuse('the home directory lies in it');
  const own = reserved.find((each) => isWithin(paths, path, each));
  if (own !== undefined) refuse(`${own} lies in it, where Polygate keeps its own files`);
}
