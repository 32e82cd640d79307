import { type Instance, type Ledger, type Occupant, Problem } from '@polygate/core';
import { hardConflicts, proposeBase, repeatedPorts } from '@polygate/core/ports';
import { findEntry, type LedgerEntry, type OpenInstance, rivals, withEntry } from '@polygate/host';
import { otherOccupants, updateLedger } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { firstBase, portWorld, proposeFree } from '../ports/suggest.ts';
import { afterMoves, type LeaseMove, planMoves } from './move-leases.ts';
import type { SetupOptions } from './set-up.ts';

/** What was leased, and among whom. */
export interface Leased {
  entry: LedgerEntry;
  occupants: Occupant[];
  moves: LeaseMove[];
}

/**
 * Leases a base port, makes the state directory and records the instance, all under the ledger's lock: two set-ups at once
 * never get the same port. CDP ports follow a base that is moved. Where the ledger cannot be written it warns and goes on.
 * @throws Problem STATE_DIR_TAKEN, PROFILE_NAME_TAKEN, PORT_CONFLICT, PORT_TAKEN or PORTS_EXHAUSTED
 */
export async function leasePorts(context: Context, before: OpenInstance, options: SetupOptions): Promise<Leased> {
  const { host } = context;
  const world = await context.world();
  const { instance, canonicalStateDir: stateDir } = before;
  const { result, warnings } = await updateLedger(world, async (ledger) => {
    refuseRivals(ledger, instance, stateDir);
    const occupants = await otherOccupants({ ...world, ledger }, { product: instance.pack.id, stateDir });
    const { port, moves } = await choosePort(context, before, occupants);
    await host.files.makeDir(instance.stateDir.value, 0o700);
    const known = findEntry(ledger, instance.pack.id, stateDir);
    const cdp = { ...(known?.cdp as Record<string, number> | undefined) };
    for (const { profile, to } of moves) if (Object.hasOwn(cdp, profile)) cdp[profile] = to;
    const entry: LedgerEntry = {
      product: instance.pack.id,
      profile: instance.profile.value,
      stateDir,
      configPath: await host.files.canonical(instance.configPath.value),
      workspace: options.workspace === undefined ? instance.workspace.value : host.paths.resolve(options.workspace),
      port,
      cdp,
      createdAt: known?.createdAt ?? new Date(host.clock.now()).toISOString(),
    };
    const same = known && JSON.stringify(known) === JSON.stringify({ ...known, ...entry });
    return { ledger: same ? ledger : withEntry(ledger, entry), result: { entry, occupants, moves } };
  });
  for (const warning of warnings) context.warn(warning);
  return result;
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
  { instance, config, lock }: OpenInstance,
  occupants: readonly Occupant[],
): Promise<{ port: number; moves: LeaseMove[] }> {
  const { host } = context;
  const { pack, port } = instance;
  const first = firstPort(context, instance);
  if (port.origin === 'product') {
    return { port: await proposeFree(host, pack, await portWorld(host, occupants), first), moves: [] };
  }
  const moves = planMoves(instance, config.parsed, { occupants, listening: await host.net.listeningPorts() });
  const footprint = afterMoves(instance.footprint, moves);
  const repeated = repeatedPorts(footprint).find(({ fixed }) => fixed);
  if (repeated) {
    const { port: twice, use, ownerUse } = repeated;
    throw new Problem('PORT_CONFLICT', { port: twice, use, owner: instance.id, ownerUse });
  }
  const [conflict] = hardConflicts(footprint, occupants);
  if (conflict) {
    const suggestion = proposeBase(pack, await portWorld(host, occupants), first);
    throw new Problem('PORT_CONFLICT', { ...conflict, suggestion });
  }
  // A port that only the config or the ledger names may well be taken by this very gateway.
  const holders = port.origin === 'flag' && lock?.port !== port.value ? await host.net.listeners(port.value) : undefined;
  if (holders && holders.length > 0) throw new Problem('PORT_TAKEN', { port: port.value, holders });
  return { port: port.value, moves };
}

function firstPort({ host }: Context, { pack, port }: Instance): number {
  // The dev profile has a port of its own that documents name; it is kept when it is free.
  return port.value === pack.ports.base ? firstBase(host, pack) : port.value;
}
