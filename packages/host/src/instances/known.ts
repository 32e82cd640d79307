import {
  canonical,
  defaultProduct,
  deriveFootprint,
  findPack,
  isProblem,
  type Occupant,
  occupant,
  type Problem,
  parseProfileName,
  sameProfile,
  variableName,
} from '@polygate/core';
import { type FoundInstance, listInstances } from './list.ts';
import { type OpenInstance, openInstance, packOf, type World } from './open.ts';

/**
 * Opens an instance that was found, from its own record: the environment of the caller has no say in it.
 */
export async function openFound(world: World, found: FoundInstance, options: { live: boolean }): Promise<OpenInstance> {
  const env = await selectorsFor(world, found);
  return openInstance({ ...world, host: { ...world.host, env } }, { product: found.product, profile: found.profile }, options);
}

/** Variables that select an instance that was found where its name alone does not. */
export async function selectorsFor(world: World, found: FoundInstance): Promise<Record<string, string>> {
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
  return env;
}

/** An instance that was found, opened; or why it cannot be. */
export type Opened = { found: FoundInstance; opened: OpenInstance } | { found: FoundInstance; opened?: undefined; why: Problem };

/** Opens every instance of this account, as it would start. */
export async function openAll(world: World): Promise<Opened[]> {
  const found = await listInstances(world);
  return Promise.all(
    found.map(async (one): Promise<Opened> => {
      try {
        return { found: one, opened: await openFound(world, one, { live: false }) };
      } catch (error) {
        if (!isProblem(error)) throw error;
        return { found: one, why: error };
      }
    }),
  );
}

/**
 * Every instance of this account, but for one, with the ports that must be kept clear of it. Of one that cannot be opened (its product
 * is no longer described, say) that is what the ledger has: its base, with the offsets that all of the family share.
 */
export async function otherOccupants(world: World, except?: { product: string; stateDir: string }): Promise<Occupant[]> {
  const others = (await openAll(world)).filter(
    ({ found }) => !(found.product === except?.product && found.stateDir === except.stateDir),
  );
  return others.flatMap(({ found, opened }) => (opened ? [occupant(opened.instance)] : fromLedger(world, found)));
}

function fromLedger({ ledger }: World, { product, profile, stateDir }: FoundInstance): Occupant[] {
  const entry = ledger.instances.find((e) => e.product === product && e.stateDir === stateDir);
  if (!entry) return [];
  const footprint = deriveFootprint(findPack(defaultProduct), entry.port);
  const leased = entry.cdp as Readonly<Record<string, number>>;
  return [{ name: `${product}/${profile}`, footprint: { ...footprint, cdp: { ...footprint.cdp, leased } } }];
}
