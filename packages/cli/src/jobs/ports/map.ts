import { describeHolders, EXIT, type ExitCode, type InstanceListener, occupant, type PortRange } from '@polygate/core';
import { checkOwnPorts, checkPair, checkSurroundings, finding, type PortFinding } from '@polygate/core/ports';
import type { OpenInstance } from '@polygate/host';
import { type Opened, openAll } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { type Life, lifeOf } from './life.ts';
import { foreign, listenersOf, shownListener } from './listeners.ts';

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
    const life = await lifeOf(context, opened);
    findings.push(...checkOwnPorts(opened.instance.pack, mine), ...lifeSigns(opened, known, life));
    const told = new Set(asked.slice(0, i + 1).map((one) => one.opened));
    for (const other of instances)
      if (!told.has(other.opened)) findings.push(...checkPair(mine, occupant(other.opened.instance)));
    const own = life.state === 'kept' ? life.by.pid : undefined;
    const others = (listeners ?? []).filter(({ pid }) => own === undefined || pid !== own);
    findings.push(...checkSurroundings(mine, ephemeral, foreign(opened, others)));
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
function lifeSigns(opened: OpenInstance, known: readonly Opened[], life: Life): PortFinding[] {
  const { instance, lock } = opened;
  const port = instance.port.value;
  const found: PortFinding[] = [];
  if (lock?.port !== undefined && lock.port !== port)
    found.push(finding('running-elsewhere', instance.id, { port, running: lock.port }));
  const inLedger = known.some(
    (one) => one.opened?.canonicalStateDir === opened.canonicalStateDir && one.found.found.includes('ledger'),
  );
  if (!inLedger) return found;
  const { canonicalStateDir: stateDir } = opened;
  if (life.state === 'gone') found.push(finding('instance-gone', instance.id, { stateDir }));
  if (life.state === 'kept') {
    const holder = describeHolders([shownListener(life.by)]);
    found.push(finding('instance-gone-and-running', instance.id, { stateDir, port: life.by.port, holder }));
  }
  return found;
}

function unreadable(one: Opened): PortFinding[] {
  if (one.opened) return [];
  return [finding('instance-unreadable', `${one.found.product}/${one.found.profile}`, { reason: one.why.message })];
}

/** `ports check` fails on a conflict, as `setup` with such a port would. */
export const exitCodeOf = (findings: readonly PortFinding[]): ExitCode =>
  findings.some(({ level }) => level === 'conflict') ? EXIT.failed : EXIT.ok;
