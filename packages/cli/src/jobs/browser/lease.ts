import { type Ledger, ownBrowserProfile } from '@polygate/core';
import { leaseCdpPort } from '@polygate/core/ports';
import {
  checkInstance,
  findEntry,
  type Host,
  type LedgerEntry,
  type OpenInstance,
  openInstance,
  withEntry,
} from '@polygate/host';
import { otherOccupants, updateLedger } from '@polygate/host/instances';
import type { Context } from '../../context.ts';

/** The entry of an instance in the ledger; a new one where it has none. */
export async function entryOf(host: Host, ledger: Ledger, { instance, canonicalStateDir }: OpenInstance): Promise<LedgerEntry> {
  const known = findEntry(ledger, instance.pack.id, canonicalStateDir);
  return (
    known ?? {
      product: instance.pack.id,
      profile: instance.profile.value,
      stateDir: canonicalStateDir,
      configPath: await host.files.canonical(instance.configPath.value),
      workspace: instance.workspace.value,
      port: instance.port.value,
      cdp: {},
      createdAt: new Date(host.clock.now()).toISOString(),
    }
  );
}

/**
 * A free CDP port for a browser profile, that no other instance has or may bind. Leases until the system lets it be bound: some are
 * kept back without a listener to be seen. @throws Problem CDP_PORTS_EXHAUSTED
 */
export async function freeCdpPort(
  context: Context,
  ledger: Ledger,
  { instance, canonicalStateDir: stateDir }: OpenInstance,
  profile: string,
  avoid: ReadonlySet<number> = new Set(),
): Promise<number> {
  const { net } = context.host;
  const occupants = await otherOccupants({ ...(await context.world()), ledger }, { product: instance.pack.id, stateDir });
  const isDefault = profile === ownBrowserProfile(instance.pack);
  const refused = new Set([...(await net.listeningPorts()), ...avoid]);
  for (;;) {
    const port = leaseCdpPort(instance.footprint, { occupants, listening: refused }, isDefault);
    if (await net.isFree(port)) return port;
    refused.add(port);
  }
}

/**
 * Gives a browser profile another CDP port, in the ledger alone: the config is its user's. `port`: the base on which its gateway runs.
 * @throws Problem CDP_PORTS_EXHAUSTED
 */
export async function leaseAnother(context: Context, profile: string, avoid: ReadonlySet<number>, port: number): Promise<number> {
  const world = await context.world({ fresh: true });
  const { result, warnings } = await updateLedger(world, async (ledger) => {
    const selection = { ...context.selection, port: String(port) };
    const opened = await checkInstance(await openInstance({ ...world, ledger }, selection, { live: false }));
    const leased = await freeCdpPort(context, ledger, opened, profile, avoid);
    const entry = await entryOf(context.host, ledger, opened);
    return { ledger: withEntry(ledger, { ...entry, cdp: { ...entry.cdp, [profile]: leased } }), result: leased };
  });
  for (const warning of warnings) context.warn(warning);
  return result;
}
