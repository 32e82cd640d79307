import {
  builtInPacks,
  canonical,
  DEFAULT_PROFILE,
  isProfileName,
  legacyServiceNames,
  parseProfileName,
  readVariable,
} from '@polygate/core';
import { traceService } from '@polygate/core/found';
import type { Inspection, OpenInstance, ServiceManager } from '@polygate/host';
import type { FoundInstance } from '@polygate/host/instances';
import type { Context } from '../../context.ts';

/** A service of this very instance under a name of an earlier generation. */
export interface LegacyService {
  name: string;
  inspection: Inspection;
}

/**
 * The pack names the older names. One of them may be the proper name of another product by now, so a name alone says nothing:
 * the service has to run on this state directory, and no other product may be at home there.
 */
export async function legacyServices(
  context: Context,
  manager: ServiceManager,
  { instance, canonicalStateDir }: OpenInstance,
  all: readonly FoundInstance[],
): Promise<LegacyService[]> {
  const names = legacyServiceNames(instance.pack, instance.profile.value, manager.id);
  const isShared = all.some((one) => one.stateDir === canonicalStateDir && one.product !== instance.pack.id);
  if (names.length === 0 || isShared) return [];
  const found = await Promise.all(
    names.map(async (name): Promise<LegacyService[]> => {
      const inspection = await manager.inspect(name);
      const stateDir = await stateDirOf(context, name, inspection);
      return stateDir === canonicalStateDir ? [{ name, inspection }] : [];
    }),
  );
  return found.flat();
}

/** Canonical state directory that a definition runs a gateway on, as far as it tells: by what it says, else by its product's default. */
export async function stateDirOf(context: Context, name: string, { definition }: Inspection): Promise<string | undefined> {
  if (!definition) return undefined;
  const { host, home, ownPacks } = await context.world();
  const packs = [...ownPacks, ...builtInPacks];
  const { environment } = definition;
  const trace = traceService(packs, name, definition, host.env.POLYGATE_HOME?.trim() || undefined);
  const pack = trace?.pack ?? packs.find((one) => readVariable(one, environment, 'SERVICE_MARKER')?.value === one.service.marker);
  if (!pack) return undefined;
  // The default profile of an earlier generation goes by an older name and does not say that it is the default one.
  const profile = trace?.profile ?? DEFAULT_PROFILE;
  const said = readVariable(pack, environment, 'STATE_DIR')?.value;
  if (said !== undefined) return host.files.canonical(said);
  if (!isProfileName(profile)) return undefined;
  return host.files.canonical(canonical({ pack, paths: host.paths, home }, parseProfileName(profile)).stateDir);
}
