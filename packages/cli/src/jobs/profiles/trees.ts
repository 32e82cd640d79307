import { canonical, forProfile, isWithin, Problem, parseProfileName, samePath } from '@polygate/core';
import { directoriesToEnter, type Tree, type TreeWorld } from '@polygate/core/profiles';
import { type OpenInstance, packOf, type World } from '@polygate/host';
import { type FoundInstance, openFound } from '@polygate/host/instances';
import type { Context } from '../../context.ts';

/** The directories and files of an instance. */
export interface OwnTrees {
  stateDir: Tree;
  /** The workspace, if it is the one that the profile's name gives; another may hold much else, and is not the instance's own. */
  workspace: Tree | undefined;
  /** The config, where it lies outside the state directory. */
  configPath: string | undefined;
}

export async function ownTrees({ host, home }: World, { instance }: OpenInstance): Promise<OwnTrees> {
  const { files, paths } = host;
  const { pack, profile, stateDir, workspace, configPath } = instance;
  const usual = paths.join(home, forProfile(pack.workspace, profile.value));
  const inState = await inside(host, await files.canonical(stateDir.value), configPath.value);
  return {
    stateDir: await treeAt(host, stateDir.value),
    workspace: samePath(paths, usual, workspace.value) ? await treeAt(host, usual) : undefined,
    configPath: inState ? undefined : configPath.value,
  };
}

/** A path as a tree: everything before its last part is resolved, and a link there stays a link. */
export async function treeAt({ files, paths }: Context['host'], path: string): Promise<Tree> {
  const at = paths.join(await files.canonical(paths.dirname(path)), paths.basename(path));
  const kind = (await files.trees.kindOf(at)) ?? 'missing';
  return { path: at, kind: kind === 'file' ? 'other' : kind };
}

async function inside({ files, paths }: Context['host'], stateDir: string, path: string): Promise<boolean> {
  return isWithin(paths, stateDir, await files.canonical(paths.dirname(path)));
}

/** What the planner must know of the machine: whose paths lie in the trees, and what is beside them. */
export async function treeWorld(
  context: Context,
  trees: readonly (Tree | undefined)[],
  others: readonly FoundInstance[],
  /** Further paths that are left alone. */
  more: readonly string[] = [],
): Promise<TreeWorld> {
  const world = await context.world();
  const { host, home, folders } = world;
  const foreign = [...new Set([...more, ...(await Promise.all(others.map((other) => pathsOf(world, other)))).flat()])];
  const enter = trees.flatMap((tree) => (tree?.kind === 'directory' ? directoriesToEnter(host.paths, tree.path, foreign) : []));
  const listing = new Map(await Promise.all(enter.map(async (path) => [path, await host.files.list(path)] as const)));
  const reserved = await Promise.all([folders.config, folders.data, folders.state].map((path) => host.files.canonical(path)));
  return { paths: host.paths, home: await host.files.canonical(home), reserved, foreign, listing };
}

/** Every path of an instance, as its links lead and as its record names it. One that cannot be read has its usual ones. */
async function pathsOf(world: World, found: FoundInstance): Promise<string[]> {
  const { host, home } = world;
  const { files, paths } = host;
  const pack = packOf(world, found.product);
  const profile = parseProfileName(found.profile);
  const usual = canonical({ pack, paths, home }, profile);
  const opened = await openFound(world, found, { live: false }).catch(() => undefined);
  const config = opened?.instance.configPath.value ?? usual.configPath;
  const named = [
    found.stateDir,
    usual.stateDir,
    config,
    opened?.instance.workspace.value ?? paths.join(home, forProfile(pack.workspace, profile)),
    // Its lock and its backups lie beside a config.
    ...(await files.list(paths.dirname(config)))
      .filter((name) => name.startsWith(`${paths.basename(config)}.`))
      .map((name) => paths.join(paths.dirname(config), name)),
  ];
  const resolved = await Promise.all(named.map((path) => files.canonical(path)));
  const byName = await Promise.all(named.map(async (path) => (await treeAt(host, path)).path));
  return [...resolved, ...byName];
}

/** @throws Problem PROFILE_EXISTS when something is there, be it an empty directory */
export async function refusePresent({ files }: Context['host'], profile: string, ...targets: string[]): Promise<void> {
  for (const path of targets) {
    if (await files.trees.kindOf(path)) throw new Problem('PROFILE_EXISTS', { profile, path });
  }
}
