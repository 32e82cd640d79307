import { redact } from '../errors/redact.ts';
import type { DroppedVariable } from '../gen/output.gen.ts';
import { absolute } from '../paths.ts';
import { type Env, type EnvValue, readVariable, readVariables } from '../product/environment.ts';
import { DEFAULT_PROFILE, type ProfileName, sameProfile } from '../profile/name.ts';
import { canonicalOwners, knownAs, type PathKind, type Place } from './owners.ts';

/** The environment that counts, and what was left out of it. */
export interface Sifted {
  env: Env;
  dropped: DroppedVariable[];
}

/**
 * What a gateway hands down to whatever it starts and that is its own: ports, names, secrets, folders. Family: the gateway
 * exports its port, a service all of its selectors.
 */
const HANDED_DOWN = [
  ...['GATEWAY_PORT', 'LAUNCHD_LABEL', 'SYSTEMD_UNIT', 'WINDOWS_TASK_NAME', 'GATEWAY_TOKEN', 'GATEWAY_PASSWORD'],
  ...['BROWSER_CONTROL_URL', 'CANVAS_HOST_PORT', 'BRIDGE_PORT', 'OAUTH_DIR', 'AGENT_DIR', 'WORKSPACE_DIR'],
];
/** A secret is set by hand as well, for one command: only a service's own is surely another's. */
const SECRETS = ['GATEWAY_TOKEN', 'GATEWAY_PASSWORD'];

/**
 * The environment without the selectors of another product's service. Products that were renamed read the same variables, so
 * the shell of one would select an instance of the other by a name and paths that are not its own.
 */
export function withoutOtherProduct({ pack }: Place, env: Env): Sifted {
  const marker = readVariable(pack, env, 'SERVICE_MARKER');
  if (marker === undefined || marker.value === pack.service.marker) return { env, dropped: [] };
  const reason = `it is of a service of ${marker.value}`;
  return without(
    env,
    sift({ pack }, env, ['PROFILE', 'STATE_DIR', 'CONFIG_PATH', ...HANDED_DOWN], () => reason),
  );
}

/**
 * The environment without what belongs to another profile than the one asked for by flag. A shell that a gateway or its
 * service started carries that gateway's selectors; they must not redirect the command.
 */
export function withoutOtherProfile(place: Place, env: Env, asked: ProfileName): Sifted {
  const { pack } = place;
  const inherited = readVariable(pack, env, 'PROFILE');
  const isService = readVariable(pack, env, 'SERVICE_MARKER') !== undefined;
  const from = inherited?.value ?? DEFAULT_PROFILE;
  const ofService = isService && !sameProfile(from, asked) ? `it was inherited from the service of profile ${from}` : undefined;

  const paths = sift(
    place,
    env,
    ['STATE_DIR', 'CONFIG_PATH'],
    (found, suffix) => ofService ?? foreignPath(place, asked, found, suffix === 'STATE_DIR' ? 'stateDir' : 'configPath'),
  );
  const otherInherited = paths.length > 0 || (inherited !== undefined && !sameProfile(inherited.value, asked));
  const ofOther = ofService ?? (otherInherited ? 'it was inherited from another profile' : undefined);
  const rest = sift(place, env, HANDED_DOWN, (found, suffix) =>
    SECRETS.includes(suffix)
      ? ofService
      : (ofOther ?? (suffix === 'GATEWAY_PORT' ? foreignPort(place, asked, found, inherited !== undefined) : undefined)),
  );
  return without(env, [...paths, ...rest]);
}

/** Every variable that `why` gives a reason for, under all names that its setting goes by. */
function sift(
  { pack }: Pick<Place, 'pack'>,
  env: Env,
  suffixes: readonly string[],
  why: (found: EnvValue, suffix: string) => string | undefined,
): DroppedVariable[] {
  return suffixes.flatMap((suffix) =>
    readVariables(pack, env, suffix).flatMap((found): DroppedVariable[] => {
      const reason = why(found, suffix);
      const value = SECRETS.includes(suffix) ? '***' : redact(found.value);
      return reason === undefined ? [] : [{ variable: found.name, value, reason }];
    }),
  );
}

function without(env: Env, dropped: DroppedVariable[]): Sifted {
  if (dropped.length === 0) return { env, dropped };
  const gone = new Set(dropped.map((d) => d.variable));
  const left: Record<string, string | undefined> = {};
  for (const name in env) if (!gone.has(name)) left[name] = env[name];
  return { env: left, dropped };
}

function foreignPath(place: Place, asked: ProfileName, found: EnvValue, kind: PathKind): string | undefined {
  const owners = canonicalOwners(place, absolute(place.paths, place.home, place.cwd, found.value), kind);
  const [owner] = owners;
  return owner === undefined || owners.some((each) => sameProfile(each, asked))
    ? undefined
    : `it is the path of profile ${owner}`;
}

function foreignPort(place: Place, asked: ProfileName, found: EnvValue, profileSaid: boolean): string | undefined {
  const { pack, known } = place;
  if (String(knownAs(place, asked)?.port) === found.value) return undefined;
  const owner = known.find((k) => k.product === pack.id && String(k.port) === found.value);
  if (owner) return `it is the port of ${owner.product}/${owner.profile}`;
  // The default gateway hands down its port and no profile. A profile without a port of its own gets this number anyway; one
  // that has its own must not lose it.
  const ofDefault = !profileSaid && found.value === String(pack.ports.base) && !sameProfile(asked, DEFAULT_PROFILE);
  return ofDefault ? `it is the usual port of profile ${DEFAULT_PROFILE}` : undefined;
}
