import {
  builtInPacks,
  canonical,
  DEFAULT_PROFILE,
  isProfileName,
  type ProductPack,
  parseProfileName,
  profileIn,
  sameProfile,
  serviceName,
  variableNames,
} from '@polygate/core';
import type { ServiceManager } from '../managers/manager.ts';
import type { World } from './open.ts';

/** An instance that is known to be set up, and by what it was found. */
export interface FoundInstance {
  product: string;
  profile: string;
  stateDir: string;
  found: ('ledger' | 'disk' | 'definition')[];
}

/**
 * Every instance of this account: what the ledger records, state directories with a config below the home directory, and,
 * where a manager is given, what its definitions run.
 */
export async function listInstances(world: World, manager?: ServiceManager): Promise<FoundInstance[]> {
  const found: FoundInstance[] = world.ledger.instances.map(({ product, profile, stateDir }) => ({
    product,
    profile,
    stateDir,
    found: ['ledger'],
  }));
  const [onDisk, defined] = await Promise.all([fromDisk(world), manager ? fromDefinitions(world, manager) : []]);
  for (const one of [...onDisk, ...defined]) {
    const known = found.find((f) => f.stateDir === one.stateDir && f.product === one.product);
    if (known) known.found.push(...one.found);
    // Products that share a state directory: the ledger knows whose it is.
    else if (!found.some((f) => f.stateDir === one.stateDir)) found.push(one);
  }
  return found.sort((a, b) => a.product.localeCompare(b.product) || byProfile(a.profile, b.profile));
}

async function fromDisk({ host, home, ownPacks }: World): Promise<FoundInstance[]> {
  const { files, paths } = host;
  const names = (await files.list(home)).filter((name) => name.startsWith('.'));
  const packs: ProductPack[] = [...ownPacks, ...builtInPacks];
  const candidates = packs.flatMap((pack) =>
    names.flatMap((name) => {
      const profile = profileIn(pack.stateDir, name);
      return profile !== undefined && isProfileName(profile) ? [{ pack, profile, name }] : [];
    }),
  );
  const checked = await Promise.all(
    candidates.map(async ({ pack, profile, name }): Promise<FoundInstance | undefined> => {
      const stateDir = paths.join(home, name);
      const config = await files.stat(paths.join(stateDir, pack.configFile)).catch(() => undefined);
      if (config?.kind !== 'file') return undefined;
      return { product: pack.id, profile, stateDir: await files.canonical(stateDir), found: ['disk'] };
    }),
  );
  return checked.filter((f) => f !== undefined);
}

/** What services run: also an instance whose state directory lies anywhere, and one whose directory is gone. */
async function fromDefinitions({ host, home, ownPacks }: World, manager: ServiceManager): Promise<FoundInstance[]> {
  const packs: ProductPack[] = [...ownPacks, ...builtInPacks];
  const candidates = (await manager.names()).flatMap((name) =>
    packs.flatMap((pack) => {
      const profile = profileOf(pack, manager, name);
      return profile !== undefined && isProfileName(profile) ? [{ pack, profile, name }] : [];
    }),
  );
  const inspected = await Promise.all(
    candidates.map(async ({ pack, profile, name }): Promise<FoundInstance | undefined> => {
      const { definition } = await manager.inspect(name);
      // A service of a trial (POLYGATE_HOME) belongs to that trial, and no other service does.
      if (!definition || (definition.environment.POLYGATE_HOME ?? '') !== (host.env.POLYGATE_HOME?.trim() ?? ''))
        return undefined;
      // The family's own units of the default profile name no state directory: it is the usual one then.
      const said = variableNames(pack, 'STATE_DIR').map((variable) => definition.environment[variable]);
      const usual = canonical({ pack, paths: host.paths, home }, parseProfileName(profile)).stateDir;
      const stateDir = await host.files.canonical(said.find((path) => path !== undefined) ?? usual);
      return { product: pack.id, profile, stateDir, found: ['definition'] };
    }),
  );
  return inspected.filter((f) => f !== undefined);
}

function profileOf(pack: ProductPack, manager: ServiceManager, name: string): string | undefined {
  const { systemd, launchd, windows } = pack.service;
  return [systemd, launchd, windows]
    .map((template) => profileIn(template, name))
    .find(
      (found) => found !== undefined && isProfileName(found) && serviceName(pack, parseProfileName(found), manager.id) === name,
    );
}

const byProfile = (a: string, b: string) =>
  Number(sameProfile(b, DEFAULT_PROFILE)) - Number(sameProfile(a, DEFAULT_PROFILE)) || a.localeCompare(b);
