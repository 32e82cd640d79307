import type { ProductPack } from '../gen/product-pack.gen.ts';
import { type PathFlavour, samePath } from '../paths.ts';
import { forProfile, profileIn } from '../product/pack.ts';
import { isProfileName, type ProfileName, parseProfileName, sameProfile } from '../profile/name.ts';

/** An instance that is known to exist: from the ledger, a definition or the disk. */
export interface KnownInstance {
  product: string;
  profile: string;
  /** Canonical, as `configPath` is. */
  stateDir: string;
  configPath: string;
  port: number;
}

/** What paths are worked out from. */
export interface Place {
  pack: ProductPack;
  /** Absolute home directory that default paths are derived from. */
  home: string;
  cwd: string;
  paths: PathFlavour;
  known: readonly KnownInstance[];
  /** Canonical form of paths that were said (symlinks resolved), where it is another one. */
  real?: ReadonlyMap<string, string> | undefined;
}

export type PathKind = 'stateDir' | 'configPath';

/** The paths that a profile has when nothing else is said. */
export function canonical(
  { pack, paths, home }: Pick<Place, 'pack' | 'paths' | 'home'>,
  profile: ProfileName,
): { stateDir: string; configPath: string } {
  const stateDir = paths.join(home, forProfile(pack.stateDir, profile));
  return { stateDir, configPath: paths.join(stateDir, pack.configFile) };
}

/** A path as it is, behind its symlinks. */
export function realOf({ real }: Pick<Place, 'real'>, path: string): string {
  return real?.get(path) ?? path;
}

/** The profiles whose usual path this is, as it is written and as it is behind its symlinks. */
export function canonicalOwners(place: Place, path: string, kind: PathKind): ProfileName[] {
  const written = ownerBelow(place, place.home, path, kind);
  const real = realOf(place, path);
  const home = realOf(place, place.home);
  const behind = real === path && home === place.home ? undefined : ownerBelow(place, home, real, kind);
  return [written, behind].filter((owner) => owner !== undefined);
}

/** The instances that are known to have this path. */
export function knownAt(place: Place, path: string, kind: PathKind): KnownInstance[] {
  const real = realOf(place, path);
  return place.known.filter((k) => samePath(place.paths, k[kind], path) || samePath(place.paths, k[kind], real));
}

/** The instance that goes by this name. */
export function knownAs({ pack, known }: Place, profile: string): KnownInstance | undefined {
  return known.find((k) => k.product === pack.id && sameProfile(k.profile, profile));
}

function ownerBelow({ pack, paths }: Place, home: string, path: string, kind: PathKind): ProfileName | undefined {
  if (kind === 'configPath' && paths.basename(path) !== pack.configFile) return undefined;
  const stateDir = kind === 'stateDir' ? path : paths.dirname(path);
  const name = profileIn(pack.stateDir, paths.relative(home, stateDir).replaceAll(paths.sep, '/'));
  return name !== undefined && isProfileName(name) ? parseProfileName(name) : undefined;
}
