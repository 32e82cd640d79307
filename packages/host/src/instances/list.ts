import { byName, DEFAULT_PROFILE, sameProfile } from '@polygate/core';
import type { World } from './open.ts';
import { scanDisk } from './scan.ts';

/** An instance that is known to be set up, and by what it was found. */
export interface FoundInstance {
  product: string;
  profile: string;
  /** Canonical path. */
  stateDir: string;
  /** Canonical path. */
  configPath: string;
  found: ('ledger' | 'disk' | 'definition')[];
}

/** Every instance of this account: what the ledger records, and what is found without it. */
export async function listInstances(world: World): Promise<FoundInstance[]> {
  const found: FoundInstance[] = world.ledger.instances.map(({ product, profile, stateDir, configPath }) => ({
    ...{ product, profile, stateDir, configPath },
    // A ledger that was made from the disk just now is no source of its own.
    found: world.isRecorded ? ['ledger'] : [],
  }));
  for (const { by, ...traced } of await scanDisk(world)) {
    const ways = (['disk', 'definition'] as const).filter(
      (way) => by.includes(way) || (way === 'disk' && by.includes('settings')),
    );
    const known = found.find((f) => f.stateDir === traced.stateDir && f.product === traced.product);
    if (known) known.found.push(...ways);
    // Products that share a state directory: the ledger knows whose it is.
    else if (!found.some((f) => f.stateDir === traced.stateDir)) found.push({ ...traced, found: ways });
  }
  return found.sort((a, b) => byName(a.product, b.product) || byProfile(a.profile, b.profile));
}

const byProfile = (a: string, b: string) =>
  Number(sameProfile(b, DEFAULT_PROFILE)) - Number(sameProfile(a, DEFAULT_PROFILE)) || byName(a, b);
