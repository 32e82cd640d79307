import { builtInPacks, type Ledger } from '@polygate/core';
import { recordable, type Traced } from '@polygate/core/found';
import type { LedgerEntry } from '../store/ledger.ts';
import { EMPTY_LEDGER } from '../store/ledger.ts';
import { openFound } from './known.ts';
import { packOf, type World } from './open.ts';
import { scanDisk } from './scan.ts';

/** The ledger as far as it follows from what is on disk: state directories, configs, settings, definitions. */
export async function rebuildLedger(world: World): Promise<Ledger> {
  const blank: World = { ...world, ledger: EMPTY_LEDGER };
  const found = recordable(await scanDisk(blank)).filter((one) => !isAmbiguous(world, one));
  const instances = await Promise.all(found.map((one) => entryOf(blank, { ...one, found: [] }).catch(() => undefined)));
  return { ...EMPTY_LEDGER, instances: instances.filter((entry) => entry !== undefined) };
}

/**
 * A directory that a product may have from its predecessor, config included: which of the two it belongs to is not said before
 * one of them is set up.
 */
function isAmbiguous(world: World, { by, product, configPath }: Traced): boolean {
  if (by.some((way) => way !== 'disk')) return false;
  const own = packOf(world, product);
  const name = world.host.paths.basename(configPath);
  return builtInPacks.some(
    (p) => p.id !== product && p.stateDir.default === own.stateDir.default && p.legacyConfigFiles?.includes(name),
  );
}

async function entryOf(world: World, found: Parameters<typeof openFound>[1]): Promise<LedgerEntry> {
  const { files } = world.host;
  const [{ instance }, config] = await Promise.all([openFound(world, found, { live: false }), files.stat(found.configPath)]);
  return {
    product: found.product,
    profile: found.profile,
    stateDir: found.stateDir,
    configPath: found.configPath,
    workspace: instance.workspace.value,
    port: instance.port.value,
    cdp: { ...instance.footprint.cdp.leased },
    // When it was made is lost; it is not younger than its config.
    createdAt: new Date(config?.modifiedMs ?? 0).toISOString(),
  };
}
