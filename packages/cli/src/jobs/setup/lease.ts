import {
  deriveFootprint,
  fixedPorts,
  type Instance,
  type Ledger,
  Problem,
  type ProductPack,
  parseBasePort,
} from '@polygate/core';
import { hardConflicts, type PortWorld, proposeBase } from '@polygate/core/ports';
import {
  findEntry,
  type Host,
  type LedgerEntry,
  type OpenInstance,
  otherOccupants,
  rivals,
  updateLedger,
  withEntry,
} from '@polygate/host';
import type { Context } from '../../context.ts';
import type { SetupOptions } from './set-up.ts';

/**
 * Leases a base port, makes the state directory and records the instance, all under the ledger's lock: two set-ups at once
 * never get the same port. @throws Problem STATE_DIR_TAKEN, PROFILE_NAME_TAKEN, PORT_CONFLICT, PORT_TAKEN or PORTS_EXHAUSTED
 */
export async function leasePorts(context: Context, before: OpenInstance, options: SetupOptions): Promise<LedgerEntry> {
  const { host } = context;
  const { folders } = await context.world();
  const { instance, canonicalStateDir: stateDir } = before;
  return updateLedger(host, folders, async (ledger) => {
    refuseRivals(ledger, instance, stateDir);
    const port = await choosePort(context, ledger, before);
    await host.files.makeDir(instance.stateDir.value, 0o700);
    const known = findEntry(ledger, instance.pack.id, stateDir);
    const entry: LedgerEntry = {
      product: instance.pack.id,
      profile: instance.profile.value,
      stateDir,
      configPath: await host.files.canonical(instance.configPath.value),
      workspace: options.workspace === undefined ? instance.workspace.value : host.paths.resolve(options.workspace),
      port,
      cdp: known?.cdp ?? {},
      createdAt: known?.createdAt ?? new Date(host.clock.now()).toISOString(),
    };
    const same = known && JSON.stringify(known) === JSON.stringify({ ...known, ...entry });
    return { ledger: same ? ledger : withEntry(ledger, entry), result: entry };
  });
}

function refuseRivals(ledger: Ledger, { pack, profile }: Instance, stateDir: string): void {
  const [rival] = rivals(ledger, { product: pack.id, profile: profile.value, stateDir });
  if (!rival) return;
  const owner = `${rival.product}/${rival.profile}`;
  if (rival.stateDir === stateDir) throw new Problem('STATE_DIR_TAKEN', { stateDir, owner });
  throw new Problem('PROFILE_NAME_TAKEN', { profile: owner, stateDir: rival.stateDir });
}

/** The port that is asked for, checked against every other instance; else one that is proposed. */
async function choosePort(
  context: Context,
  ledger: Ledger,
  { instance, lock, canonicalStateDir }: OpenInstance,
): Promise<number> {
  const { net } = context.host;
  const { pack, port } = instance;
  const occupants = await otherOccupants(
    { ...(await context.world()), ledger },
    { product: pack.id, stateDir: canonicalStateDir },
  );
  const world = async (): Promise<PortWorld> => ({
    occupants,
    listening: await net.listeningPorts(),
    ephemeral: await net.ephemeralRange(),
  });
  const first = firstPort(context, instance);
  if (port.origin === 'product') return propose(context.host, pack, await world(), first);

  const [conflict] = hardConflicts(instance.footprint, occupants);
  if (conflict) throw new Problem('PORT_CONFLICT', { ...conflict, suggestion: proposeBase(pack, await world(), first) });
  // A port that only the config or the ledger names may well be taken by this very gateway.
  const holders = port.origin === 'flag' && lock?.port !== port.value ? await net.listeners(port.value) : undefined;
  if (holders && holders.length > 0) throw new Problem('PORT_TAKEN', { port: port.value, holders });
  return port.value;
}

/** Proposes bases until the system lets the fixed ports of one be bound: some are kept back without a listener to be seen. */
async function propose({ net }: Host, pack: ProductPack, world: PortWorld, first: number): Promise<number> {
  const refused = new Set(world.listening);
  for (;;) {
    const base = proposeBase(pack, { ...world, listening: refused }, first);
    const fixed = fixedPorts(deriveFootprint(pack, base)).map(({ port }) => port);
    const free = await Promise.all(fixed.map((port) => net.isFree(port)));
    if (free.every(Boolean)) return base;
    for (const [i, port] of fixed.entries()) if (!free[i]) refused.add(port);
  }
}

function firstPort({ host }: Context, { pack, port }: Instance): number {
  const said = host.env.POLYGATE_FIRST_PORT?.trim();
  // The dev profile has a port of its own that documents name; it is kept when it is free.
  return said && port.value === pack.ports.base ? parseBasePort(pack, said, 'POLYGATE_FIRST_PORT') : port.value;
}
