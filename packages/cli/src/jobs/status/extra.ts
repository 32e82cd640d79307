import { builtInPacks, type ExtraService, redact, serviceName } from '@polygate/core';
import { type Recognised, recogniseService } from '@polygate/core/service';
import type { Inspection, OpenInstance, ServiceManager } from '@polygate/host';
import type { Context } from '../../context.ts';

/** A definition that runs a gateway, with what it was recognised as. */
interface Gateway {
  name: string;
  inspection: Inspection;
  found: Recognised;
}

/**
 * The services of this account that run a gateway and are not the service of a known instance: of another make, left over
 * from an earlier generation, or a second one for the same state directory.
 */
export async function extraServices(context: Context, opened: OpenInstance, deep: boolean): Promise<ExtraService[]> {
  const manager = await context.manager();
  const gateways = (await gatewaysOf(context, manager)).filter(
    (one) => !isServiceOf(manager, one, opened.instance, opened.canonicalStateDir),
  );
  if (gateways.length === 0) return [];
  const { listInstances, openFound } = await import('@polygate/host/instances');
  const world = await context.world();
  const known = await Promise.all(
    (await listInstances(world)).map((one) => openFound(world, one, { live: false }).catch(() => undefined)),
  );
  const canonical = (path: string) => context.host.files.canonical(path);
  const rows = await Promise.all(
    gateways.map(async (one) => {
      const stateDir = one.found.stateDir === undefined ? undefined : await canonical(one.found.stateDir);
      const own = known.some((k) => k && isServiceOf(manager, one, k.instance, k.canonicalStateDir, stateDir));
      return own ? [] : [{ ...shown(context, one, 'user'), ...(deep ? { audit: manager.audit(one.inspection) } : {}) }];
    }),
  );
  return rows.flat();
}

/** Every gateway among the services of the whole system, but for the one of this instance. */
export async function systemServices(context: Context, own: string | undefined): Promise<ExtraService[]> {
  const { systemDefinitions } = await import('@polygate/host/managers');
  const packs = [...(await context.world()).ownPacks, ...builtInPacks];
  return (await systemDefinitions(context.host)).flatMap(({ name, path, text, mode, definition, audit }): ExtraService[] => {
    const found = path === own ? undefined : recogniseService(packs, name, definition);
    if (!found) return [];
    const inspection = { path, text, mode, definition, overrides: [] };
    return [{ ...shown(context, { name, inspection, found }, 'system'), audit: audit() }];
  });
}

/** Definitions in a manager's place that run a gateway. What cannot be read is left out. */
export async function gatewaysOf(context: Context, manager: ServiceManager): Promise<Gateway[]> {
  const packs = [...(await context.world()).ownPacks, ...builtInPacks];
  const all = await Promise.all(
    (await manager.list()).map(async (name): Promise<Gateway[]> => {
      const inspection = await manager.inspect(name).catch(() => undefined);
      const found = inspection?.definition && recogniseService(packs, name, inspection.definition);
      return found ? [{ name, inspection, found }] : [];
    }),
  );
  return all.flat();
}

/** It has the name of the instance's service and, as far as it says one, its state directory. */
function isServiceOf(
  manager: ServiceManager,
  { name, found }: Gateway,
  { pack, profile, stateDir }: OpenInstance['instance'],
  canonicalStateDir: string,
  said = found.stateDir,
): boolean {
  if (name !== serviceName(pack, profile.value, manager.id)) return false;
  return said === undefined || said === stateDir.value || said === canonicalStateDir;
}

function shown({ host }: Context, { name, inspection, found }: Gateway, scope: 'user' | 'system'): ExtraService {
  const { pack, marker, legacy, profile, stateDir, port } = found;
  return {
    label: name,
    detail: inspection.path,
    scope,
    platform: host.platform,
    marker: marker === undefined ? undefined : redact(marker),
    legacy: legacy || undefined,
    product: pack?.id,
    profile,
    stateDir,
    port,
    account: inspection.definition?.account,
  };
}
