import { canonical, type Instance, type Occupant, parseProfileName, sameProfile, variableName } from '@polygate/core';
import { type FoundInstance, listInstances } from './list.ts';
import { type OpenInstance, openInstance, packOf, type World } from './open.ts';

/**
 * Opens an instance that was found, from its own record: the environment of the caller has no say in it.
 */
export async function openFound(world: World, found: FoundInstance, options: { live: boolean }): Promise<OpenInstance> {
  const { host, home } = world;
  const pack = packOf(world, found.product);
  const usual = canonical({ pack, paths: host.paths, home }, parseProfileName(found.profile));
  const isNamesake = world.ledger.instances.some(
    ({ product, profile, stateDir }) =>
      product === found.product && sameProfile(profile, found.profile) && stateDir !== found.stateDir,
  );
  const env: Record<string, string> = {};
  if (isNamesake || found.stateDir !== (await host.files.canonical(usual.stateDir)))
    env[variableName(pack, 'STATE_DIR')] = found.stateDir;
  if (found.configPath !== (await host.files.canonical(host.paths.join(found.stateDir, pack.configFile))))
    env[variableName(pack, 'CONFIG_PATH')] = found.configPath;
  return openInstance({ ...world, host: { ...host, env } }, { product: found.product, profile: found.profile }, options);
}

/** Every other instance of this account with the ports that must be kept clear of it. One that cannot be read is left out. */
export async function otherOccupants(world: World, except: { product: string; stateDir: string }): Promise<Occupant[]> {
  const found = await listInstances(world);
  const others = found.filter((f) => !(f.product === except.product && f.stateDir === except.stateDir));
  const opened = await Promise.all(others.map((f) => openFound(world, f, { live: false }).catch(() => undefined)));
  return opened.filter((o) => o !== undefined).map(({ instance }) => occupant(instance));
}

export const occupant = ({ id, footprint }: Instance): Occupant => ({ name: id, footprint });
