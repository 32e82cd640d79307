import { Problem } from '../errors/problem.ts';
import type { DroppedVariable } from '../gen/output.gen.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { absolute, isWithin, type PathFlavour, samePath } from '../paths.ts';
import { type Env, type EnvValue, readVariable, readVariables } from '../product/environment.ts';
import { forProfile, profileIn, variableName } from '../product/pack.ts';
import { DEFAULT_PROFILE, DEV_PROFILE, isProfileName, type ProfileName, parseProfileName, sameProfile } from '../profile/name.ts';
import { firstOf, type Overridden, type Sourced } from './origin.ts';

/** An instance that is known to exist: from the ledger, a definition or the disk. */
export interface KnownInstance {
  product: string;
  profile: string;
  /** Canonical, as `configPath` is. */
  stateDir: string;
  configPath: string;
  port: number;
}

export interface IdentityInput {
  pack: ProductPack;
  flags: { profile?: string | undefined; dev?: boolean | undefined };
  env: Env;
  /** Absolute home directory that default paths are derived from. */
  home: string;
  cwd: string;
  paths: PathFlavour;
  known: readonly KnownInstance[];
  /** Canonical form of paths that were said (symlinks resolved), where it is another one. */
  real?: ReadonlyMap<string, string>;
}

/** Which instance is meant: its name and the two paths that everything else hangs on. */
export interface Identity {
  readonly product: string;
  readonly profile: Sourced<ProfileName>;
  readonly stateDir: Sourced<string>;
  readonly configPath: Sourced<string>;
  /** Variables of the environment that count for this instance, after the others were dropped. */
  readonly env: Env;
  readonly dropped: DroppedVariable[];
}

/**
 * Works out which instance a command line and an environment mean (docs/decisions/0006). Pure and total: it answers, or throws
 * PROFILE_NAME_INVALID, PROFILE_CONFLICT or INSTANCE_SPLIT. An explicit profile is never overridden by what the
 * environment inherited from another one; PROFILE alone selects the profile wholly.
 */
export function resolveIdentity(input: IdentityInput): Identity {
  const { pack } = input;
  const asked = askedProfile(input);
  const { env, dropped } = withoutForeign(input, asked);
  const set = { stateDir: readVariable(pack, env, 'STATE_DIR'), configPath: readVariable(pack, env, 'CONFIG_PATH') };
  const profile = asSpelled(
    input,
    asked ?? inferredProfile(input, set) ?? { value: DEFAULT_PROFILE, origin: 'product', source: pack.id },
  );
  refuseSplit(input, profile.value, set);

  const home = canonical(input, profile.value);
  const kept = keptElsewhere(input, profile.value, home);
  const stateDir = firstOf<string>(fromEnv(input, set.stateDir), kept.stateDir, derived(profile, home.stateDir));
  const configPath = firstOf<string>(
    fromEnv(input, set.configPath),
    // A state directory that was said brings its own config.
    set.stateDir ? undefined : kept.configPath,
    // The config lies in the state directory, wherever that one is.
    {
      value: input.paths.join(stateDir.value, pack.configFile),
      origin: stateDir.origin === 'env' || stateDir.origin === 'ledger' ? stateDir.origin : profile.origin,
      source: stateDir.source,
    },
  );
  return Object.freeze({ product: pack.id, profile, stateDir, configPath, env, dropped });
}

/** The paths that a profile has when nothing else is said. */
export function canonical(
  { pack, paths, home }: Pick<IdentityInput, 'pack' | 'paths' | 'home'>,
  profile: ProfileName,
): { stateDir: string; configPath: string } {
  const stateDir = paths.join(home, forProfile(pack.stateDir, profile));
  return { stateDir, configPath: paths.join(stateDir, pack.configFile) };
}

/** The name as it was spelled when the instance was made: file systems and managers may tell other spellings apart. */
function asSpelled({ pack, known }: IdentityInput, profile: Sourced<ProfileName>): Sourced<ProfileName> {
  const entry = known.find((k) => k.product === pack.id && sameProfile(k.profile, profile.value));
  return entry && isProfileName(entry.profile) ? { ...profile, value: parseProfileName(entry.profile) } : profile;
}

/**
 * The paths that the known instance of this name was set up with, where they are not the usual ones. A name means one
 * instance, so it finds that one without the variables that were set when it was made.
 */
function keptElsewhere(
  input: IdentityInput,
  profile: ProfileName,
  usual: { stateDir: string },
): { stateDir?: Overridden<string>; configPath?: Overridden<string> } {
  const { pack, paths, known } = input;
  const entry = known.find((k) => k.product === pack.id && sameProfile(k.profile, profile));
  // The file is edited by hand, too: what is no path of this system is no place.
  if (!entry || ![entry.stateDir, entry.configPath].every((path) => paths.isAbsolute(path))) return {};
  const isUsual = samePath(paths, entry.stateDir, realOf(input, usual.stateDir));
  const from = { origin: 'ledger', source: `${entry.product}/${entry.profile}` } as const;
  return {
    ...(isUsual ? {} : { stateDir: { value: entry.stateDir, ...from } }),
    // One inside the state directory is found by its name, which may change with a version of the product.
    ...(isWithin(paths, entry.stateDir, entry.configPath) ? {} : { configPath: { value: entry.configPath, ...from } }),
  };
}

const realOf = ({ real }: IdentityInput, path: string): string => real?.get(path) ?? path;

function askedProfile({ pack, flags, env }: IdentityInput): Sourced<ProfileName> | undefined {
  const named = flags.profile === undefined ? undefined : parseProfileName(flags.profile);
  if (flags.dev && named !== undefined && !sameProfile(named, DEV_PROFILE)) {
    throw new Problem('PROFILE_CONFLICT', { first: '--dev', second: `--profile ${named}` });
  }
  const inherited = readVariable(pack, env, 'PROFILE');
  const overridden: Overridden<ProfileName>[] = [];
  if (named !== undefined || flags.dev) {
    // An unusable inherited name must not get in the way of an explicit one.
    if (inherited) overridden.push({ value: inherited.value as ProfileName, origin: 'env', source: inherited.name });
    const value = named ?? DEV_PROFILE;
    const flag = { value, origin: 'flag', source: named === undefined ? '--dev' : '--profile' } as const;
    return overridden.length > 0 ? { ...flag, overridden } : flag;
  }
  return inherited && { value: parseProfileName(inherited.value), origin: 'env', source: inherited.name };
}

/**
 * The environment without what belongs to another profile than the one asked for by flag. A shell that a gateway or its
 * service started carries that gateway's selectors; they must not redirect the command.
 */
function withoutForeign(input: IdentityInput, asked: Sourced<ProfileName> | undefined): { env: Env; dropped: DroppedVariable[] } {
  if (asked?.origin !== 'flag') return { env: input.env, dropped: [] };
  const { pack, env } = input;
  const inherited = readVariable(pack, env, 'PROFILE');
  const service = readVariable(pack, env, 'SERVICE_MARKER');
  const foreignService = service !== undefined && !sameProfile(inherited?.value ?? DEFAULT_PROFILE, asked.value);
  const dropped: DroppedVariable[] = [];
  // Every name that a setting goes by: the older one must not step in for the one that was dropped.
  const drop = (suffix: string, why: (found: EnvValue) => string | undefined) => {
    for (const found of readVariables(pack, env, suffix)) {
      const reason = why(found);
      // A secret is dropped with its instance, and never shown.
      const value = /TOKEN|PASSWORD/.test(suffix) ? '***' : found.value;
      if (reason) dropped.push({ variable: found.name, value, reason });
    }
  };

  const ofService = foreignService
    ? `it was inherited from the service of profile ${inherited?.value ?? DEFAULT_PROFILE}`
    : undefined;
  drop('STATE_DIR', (found) => ofService ?? foreignPath(input, asked.value, found, 'stateDir'));
  drop('CONFIG_PATH', (found) => ofService ?? foreignPath(input, asked.value, found, 'configPath'));
  const otherProfileInherited = dropped.length > 0 || (inherited && !sameProfile(inherited.value, asked.value));
  const ofOtherProfile = otherProfileInherited ? 'it was inherited from another profile' : undefined;
  drop('GATEWAY_PORT', (found) => ofService ?? ofOtherProfile ?? foreignPort(input, asked.value, found));
  for (const suffix of ['LAUNCHD_LABEL', 'SYSTEMD_UNIT', 'WINDOWS_TASK_NAME', 'GATEWAY_TOKEN', 'GATEWAY_PASSWORD']) {
    drop(suffix, () => ofService);
  }
  const gone = new Set(dropped.map((d) => d.variable));
  return { env: Object.fromEntries(Object.entries(env).filter(([name]) => !gone.has(name))), dropped };
}

function foreignPath(
  input: IdentityInput,
  asked: ProfileName,
  found: EnvValue,
  kind: 'stateDir' | 'configPath',
): string | undefined {
  const owner = canonicalOwner(input, absolute(input.paths, input.home, input.cwd, found.value), kind);
  return owner !== undefined && !sameProfile(owner, asked) ? `it is the path of profile ${owner}` : undefined;
}

function foreignPort({ pack, known }: IdentityInput, asked: ProfileName, found: EnvValue): string | undefined {
  const owner = known.find((k) => k.product === pack.id && !sameProfile(k.profile, asked) && String(k.port) === found.value);
  return owner && `it is the port of ${owner.product}/${owner.profile}`;
}

/** The profile whose canonical path this is, if any. */
function canonicalOwner(input: IdentityInput, path: string, kind: 'stateDir' | 'configPath'): ProfileName | undefined {
  const { pack, paths, home } = input;
  if (kind === 'configPath' && paths.basename(path) !== pack.configFile) return undefined;
  const owner = (from: string, at: string) => {
    const stateDir = kind === 'stateDir' ? at : paths.dirname(at);
    const name = profileIn(pack.stateDir, paths.relative(from, stateDir).replaceAll(paths.sep, '/'));
    return name !== undefined && isProfileName(name) ? parseProfileName(name) : undefined;
  };
  return owner(home, path) ?? owner(realOf(input, home), realOf(input, path));
}

/**
 * Without a profile named anywhere, a path that is canonical for one names it, and so does the state directory that a known
 * instance was set up with.
 */
function inferredProfile(
  input: IdentityInput,
  set: { stateDir: EnvValue | undefined; configPath: EnvValue | undefined },
): Sourced<ProfileName> | undefined {
  for (const kind of ['stateDir', 'configPath'] as const) {
    const found = set[kind];
    const owner = found && canonicalOwner(input, absolute(input.paths, input.home, input.cwd, found.value), kind);
    if (found && owner !== undefined) return { value: owner, origin: 'env', source: found.name };
  }
  const { pack, paths, home, cwd, known } = input;
  const { stateDir } = set;
  const path = stateDir && absolute(paths, home, cwd, stateDir.value);
  const owner = known.find(
    (k) => k.product === pack.id && path !== undefined && samePath(paths, k.stateDir, realOf(input, path)),
  );
  return stateDir && owner && isProfileName(owner.profile)
    ? { value: parseProfileName(owner.profile), origin: 'env', source: stateDir.name }
    : undefined;
}

/** Two selectors that name two instances are refused with both names, never mixed. */
function refuseSplit(
  input: IdentityInput,
  profile: ProfileName,
  set: { stateDir: EnvValue | undefined; configPath: EnvValue | undefined },
): void {
  for (const kind of ['stateDir', 'configPath'] as const) {
    const found = set[kind];
    if (!found) continue;
    const path = absolute(input.paths, input.home, input.cwd, found.value);
    const owner = canonicalOwner(input, path, kind);
    const known = input.known.find(
      (k) =>
        samePath(input.paths, k[kind], realOf(input, path)) && !(k.product === input.pack.id && sameProfile(k.profile, profile)),
    );
    const other =
      owner !== undefined && !sameProfile(owner, profile) ? `profile ${owner}` : known && `${known.product}/${known.profile}`;
    if (other) throw new Problem('INSTANCE_SPLIT', { profile, variable: found.name, value: path, owner: other });
  }
}

const fromEnv = (input: IdentityInput, found: EnvValue | undefined): Overridden<string> | undefined =>
  found && { value: absolute(input.paths, input.home, input.cwd, found.value), origin: 'env', source: found.name };

const derived = (profile: Sourced<ProfileName>, value: string): Overridden<string> => ({
  value,
  origin: profile.origin,
  source: profile.source,
});

/** The environment that makes a child of any kind be exactly this instance (no secret among them). */
export function selectorsOf(
  pack: ProductPack,
  identity: { profile: string; stateDir: string; configPath: string },
  port: number,
): Record<string, string> {
  return {
    [variableName(pack, 'PROFILE')]: identity.profile,
    [variableName(pack, 'STATE_DIR')]: identity.stateDir,
    [variableName(pack, 'CONFIG_PATH')]: identity.configPath,
    [variableName(pack, 'GATEWAY_PORT')]: String(port),
  };
}
