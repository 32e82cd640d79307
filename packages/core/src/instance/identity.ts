import { Problem } from '../errors/problem.ts';
import { frozen } from '../frozen.ts';
import type { DroppedVariable } from '../gen/output.gen.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { absolute, isWithin, samePath } from '../paths.ts';
import { type Env, type EnvValue, readVariable, readVariables } from '../product/environment.ts';
import { variableNames } from '../product/pack.ts';
import { DEFAULT_PROFILE, DEV_PROFILE, isProfileName, type ProfileName, parseProfileName, sameProfile } from '../profile/name.ts';
import { withoutOtherProduct, withoutOtherProfile } from './foreign.ts';
import { firstOf, type Overridden, type Sourced } from './origin.ts';
import { canonical, canonicalOwners, type KnownInstance, knownAs, knownAt, type Place, realOf } from './owners.ts';

export interface IdentityInput extends Place {
  flags: { profile?: string | undefined; dev?: boolean | undefined };
  env: Env;
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

/** Every variable that is set for the two paths, the one that counts first. */
interface PathVariables {
  stateDir: EnvValue[];
  configPath: EnvValue[];
}

/**
 * Works out which instance a command line and an environment mean (docs/decisions/0006). Pure and total: it answers with a frozen value,
 * or throws PROFILE_NAME_INVALID, PROFILE_CONFLICT or INSTANCE_SPLIT. An explicit profile is never overridden by what the
 * environment inherited from another one; PROFILE alone selects the profile wholly.
 */
export function resolveIdentity(input: IdentityInput): Identity {
  const { pack } = input;
  const own = withoutOtherProduct(input, input.env);
  const asked = askedProfile(input, own.env);
  const left = asked?.origin === 'flag' ? withoutOtherProfile(input, own.env, asked.value) : { env: own.env, dropped: [] };
  const set = { stateDir: readVariables(pack, left.env, 'STATE_DIR'), configPath: readVariables(pack, left.env, 'CONFIG_PATH') };
  const named = asked ?? inferredProfile(input, set) ?? { value: DEFAULT_PROFILE, origin: 'product', source: pack.id };
  const profile = asSpelled(input, named);
  refuseSplit(input, profile.value, set);

  const known = knownAs(input, profile.value);
  const recorded =
    known && input.paths.isAbsolute(known.stateDir) && input.paths.isAbsolute(known.configPath) ? known : undefined;
  const stateDir = resolveStateDir(input, profile, set, recorded);
  const configPath = resolveConfigPath(input, stateDir, set, recorded);
  const env = left.env === input.env ? { ...input.env } : left.env;
  return frozen({ product: pack.id, profile, stateDir, configPath, env, dropped: [...own.dropped, ...left.dropped] });
}

function askedProfile({ pack, flags }: IdentityInput, env: Env): Sourced<ProfileName> | undefined {
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

/** The name as it was spelled when the instance was made: file systems and managers may tell other spellings apart. */
function asSpelled(input: IdentityInput, profile: Sourced<ProfileName>): Sourced<ProfileName> {
  const spelled = knownAs(input, profile.value)?.profile;
  return spelled !== undefined && isProfileName(spelled) ? { ...profile, value: parseProfileName(spelled) } : profile;
}

/**
 * Without a profile named anywhere, a path that is canonical for one names it, and so does the state directory that a known
 * instance was set up with.
 */
function inferredProfile(input: IdentityInput, set: PathVariables): Sourced<ProfileName> | undefined {
  for (const kind of ['stateDir', 'configPath'] as const) {
    const [found] = set[kind];
    // A link to a config names nobody: whose it is, is told by the directory that is said with it.
    const place = kind === 'configPath' ? asWritten(input) : input;
    const [owner] = found ? canonicalOwners(place, pathOf(input, found), kind) : [];
    if (found && owner !== undefined) return { value: owner, origin: 'env', source: found.name };
  }
  const [found] = set.stateDir;
  const owner = found && knownAt(input, pathOf(input, found), 'stateDir').find((k) => k.product === input.pack.id);
  return found && owner && isProfileName(owner.profile)
    ? { value: parseProfileName(owner.profile), origin: 'env', source: found.name }
    : undefined;
}

/** Two selectors that name two instances are refused with both names, never mixed. */
function refuseSplit(input: IdentityInput, profile: ProfileName, set: PathVariables): void {
  for (const kind of ['stateDir', 'configPath'] as const) {
    const [found] = set[kind];
    if (!found) continue;
    const path = pathOf(input, found);
    const isOther = (each: ProfileName) => !sameProfile(each, profile);
    const owner = canonicalOwners(asWritten(input), path, kind).find(isOther);
    const behind = canonicalOwners(input, path, kind).find(isOther);
    const known = knownAt(input, path, kind).find((k) => !(k.product === input.pack.id && sameProfile(k.profile, profile)));
    const named = known && `${known.product}/${known.profile}`;
    const other = owner === undefined ? (named ?? (behind && `profile ${behind}`)) : `profile ${owner}`;
    if (other) throw new Problem('INSTANCE_SPLIT', { profile, variable: found.name, value: path, owner: other });
  }
}

/** env, the place that the instance of this name was set up at, else its usual one. */
function resolveStateDir(
  input: IdentityInput,
  profile: Sourced<ProfileName>,
  set: PathVariables,
  recorded: KnownInstance | undefined,
): Sourced<string> {
  const { stateDir } = canonical(input, profile.value);
  const elsewhere =
    recorded && ![stateDir, realOf(input, stateDir)].some((usual) => samePath(input.paths, recorded.stateDir, usual));
  return firstOf<string>(
    ...set.stateDir.map((found) => fromEnv(input, found)),
    elsewhere ? fromLedger(recorded, recorded.stateDir) : undefined,
    // A variable that names the profile has not prevailed over itself: without it, the product's default would count.
    set.stateDir[0]?.name === profile.source
      ? { value: canonical(input, DEFAULT_PROFILE).stateDir, origin: 'product', source: input.pack.id }
      : { value: stateDir, origin: profile.origin, source: profile.source },
  );
}

/** env, what was recorded with the state directory, else the file in it, wherever that one is. */
function resolveConfigPath(
  input: IdentityInput,
  stateDir: Sourced<string>,
  set: PathVariables,
  recorded: KnownInstance | undefined,
): Sourced<string> {
  const { pack, paths } = input;
  // One inside the state directory is found by its name, which may change with a version of the product.
  const own =
    recorded && stateDir.origin !== 'env' && !isWithin(paths, recorded.stateDir, recorded.configPath) ? recorded : undefined;
  return firstOf<string>(
    ...set.configPath.map((found) => fromEnv(input, found)),
    own && fromLedger(own, own.configPath),
    set.configPath[0]?.name === stateDir.source
      ? { value: canonical(input, DEFAULT_PROFILE).configPath, origin: 'product', source: pack.id }
      : { value: paths.join(stateDir.value, pack.configFile), origin: stateDir.origin, source: stateDir.source },
  );
}

const asWritten = (input: IdentityInput): IdentityInput => ({ ...input, real: undefined });
const pathOf = ({ paths, home, cwd }: Place, { value }: EnvValue): string => absolute(paths, home, cwd, value);
const fromEnv = (place: Place, found: EnvValue): Overridden<string> => ({
  value: pathOf(place, found),
  origin: 'env',
  source: found.name,
});
const fromLedger = ({ product, profile }: KnownInstance, value: string): Overridden<string> => ({
  value,
  origin: 'ledger',
  source: `${product}/${profile}`,
});

/**
 * The environment that makes a child of any kind be exactly this instance (no secret among them). Under every name that a setting
 * goes by: a program of before its product was renamed knows the older one alone.
 */
export function selectorsOf(
  pack: ProductPack,
  identity: { profile: string; stateDir: string; configPath: string },
  port: number,
): Record<string, string> {
  const { profile, stateDir, configPath } = identity;
  const values = { PROFILE: profile, STATE_DIR: stateDir, CONFIG_PATH: configPath, GATEWAY_PORT: String(port) };
  return Object.fromEntries(
    Object.entries(values).flatMap(([suffix, value]) => variableNames(pack, suffix).map((name) => [name, value])),
  );
}
