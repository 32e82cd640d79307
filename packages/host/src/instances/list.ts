import { builtInPacks, DEFAULT_PROFILE, isProfileName, type ProductPack, profileIn, sameProfile } from '@polygate/core';
import type { World } from './open.ts';

/** An instance that is known to be set up, and by what it was found. */
export interface FoundInstance {
  product: string;
  profile: string;
  stateDir: string;
  found: ('ledger' | 'disk')[];
}

/** Every instance of this account: what the ledger records, and state directories with a config below the home directory. */
export async function listInstances(world: World): Promise<FoundInstance[]> {
  const found: FoundInstance[] = world.ledger.instances.map(({ product, profile, stateDir }) => ({
    product,
    profile,
    stateDir,
    found: ['ledger'],
  }));
  for (const onDisk of await fromDisk(world)) {
    const known = found.find((f) => f.stateDir === onDisk.stateDir && f.product === onDisk.product);
    if (known) known.found.push('disk');
    // Products that share a state directory: the ledger knows whose it is.
    else if (!found.some((f) => f.stateDir === onDisk.stateDir)) found.push(onDisk);
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

const byProfile = (a: string, b: string) =>
  Number(sameProfile(b, DEFAULT_PROFILE)) - Number(sameProfile(a, DEFAULT_PROFILE)) || a.localeCompare(b);
