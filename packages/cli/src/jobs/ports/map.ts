import { EXIT, type ExitCode, type InstanceListener, occupant, type PortRange } from '@polygate/core';
import { checkOwnPorts, checkPair, checkSurroundings, finding, type PortFinding } from '@polygate/core/ports';
import type { OpenInstance } from '@polygate/host';
import { type Opened, openAll } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { foreign, listenersOf } from './listeners.ts';

/** Every known instance with its ports, who listens on them, and everything that is to be said of them. */
export interface PortMap {
  ephemeral: PortRange;
  instances: { opened: OpenInstance; listeners: InstanceListener[] | undefined }[];
  findings: PortFinding[];
}

/**
 * Draws the map of all ports of this account. `subjects`: only what is to be said of these (each pair of instances is told
 * once). An instance that is not set up yet can be asked about too: it is checked against all others.
 */
export async function drawMap(context: Context, subjects?: readonly OpenInstance[]): Promise<PortMap> {
  const { host } = context;
  const known = await openAll(await context.world());
  const [ephemeral, instances] = await Promise.all([
    host.net.ephemeralRange(),
    withListeners(
      context,
      known.flatMap(({ opened }) => opened ?? []),
      subjects ?? [],
    ),
  ]);
  const asked = subjects === undefined ? instances : instances.filter(({ opened }) => subjects.includes(opened));
  const findings: PortFinding[] = [];
  for (const [i, { opened, listeners }] of asked.entries()) {
    const mine = occupant(opened.instance);
    findings.push(...checkOwnPorts(opened.instance.pack, mine), ...(await lifeSigns(context, opened, known)));
    const told = new Set(asked.slice(0, i + 1).map((one) => one.opened));
    for (const other of instances)
      if (!told.has(other.opened)) findings.push(...checkPair(mine, occupant(other.opened.instance)));
    findings.push(...checkSurroundings(mine, ephemeral, foreign(opened, listeners ?? [])));
  }
  if (subjects === undefined) findings.push(...known.flatMap(unreadable));
  return {
    ephemeral,
    instances,
    findings: findings.sort((a, b) => Number(b.level === 'conflict') - Number(a.level === 'conflict')),
  };
}

/** The known instances, the subjects in place of those with the same key. */
async function withListeners(
  { host }: Context,
  known: readonly OpenInstance[],
  subjects: readonly OpenInstance[],
): Promise<PortMap['instances']> {
  const key = ({ instance, canonicalStateDir }: OpenInstance) => `${instance.pack.id}\0${canonicalStateDir}`;
  const keys = new Set(subjects.map(key));
  const all = [...known.filter((one) => !keys.has(key(one))), ...subjects];
  const listeners = await listenersOf(host, all);
  return all.map((opened) => ({ opened, listeners: listeners?.get(opened) }));
}

/** It runs on another port than it would start on, or it is no longer there. */
async function lifeSigns(context: Context, opened: OpenInstance, known: readonly Opened[]): Promise<PortFinding[]> {
  const { instance, lock } = opened;
  const port = instance.port.value;
  const found: PortFinding[] = [];
  if (lock?.port !== undefined && lock.port !== port)
    found.push(finding('running-elsewhere', instance.id, { port, running: lock.port }));
  const inLedger = known.some(
    (one) => one.opened?.canonicalStateDir === opened.canonicalStateDir && one.found.found.includes('ledger'),
  );
  if (inLedger && (await isGone(context, opened))) {
    found.push(finding('instance-gone', instance.id, { stateDir: opened.canonicalStateDir }));
  }
  return found;
}

/** Neither config nor state directory is there, and nothing runs: only the ledger still knows it. */
export async function isGone({ host }: Context, { config, lock, canonicalStateDir }: OpenInstance): Promise<boolean> {
  return !config.exists && !lock && (await host.files.stat(canonicalStateDir)) === undefined;
}

function unreadable(one: Opened): PortFinding[] {
  if (one.opened) return [];
  return [finding('instance-unreadable', `${one.found.product}/${one.found.profile}`, { reason: one.why.message })];
}

/** `ports check` fails on a conflict, as `setup` with such a port would. */
export const exitCodeOf = (findings: readonly PortFinding[]): ExitCode =>
  findings.some(({ level }) => level === 'conflict') ? EXIT.failed : EXIT.ok;
