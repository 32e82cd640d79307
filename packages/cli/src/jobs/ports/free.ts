import {
  browserProfiles,
  type FreedPort,
  type HeldPort,
  heldPorts,
  type Instance,
  type Ledger,
  type PortsFreedDocument,
  Problem,
  parsePort,
} from '@polygate/core';
import { findEntry, type OpenInstance } from '@polygate/host';
import { listInstances, openAll, updateLedger } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { parseNamed, unknownProfile } from '../profiles/named.ts';
import { type Life, lifeOf } from './life.ts';
import { shownListener } from './listeners.ts';

export type FreeResult = Pick<PortsFreedDocument, 'freed' | 'listeners'>;

/**
 * Frees the lease of a port when its instance is gone, or its browser profile is. A lease of something that is still there is
 * never taken away: the command that gives it back is named. @throws Problem PORT_INVALID or PORT_LEASED
 */
export async function freePort(context: Context, text: string): Promise<FreeResult> {
  const port = parsePort(text, 'the port');
  const freed = await change(context, async (ledger, all) => {
    const holders = all.filter(({ instance }) => heldPorts(instance.footprint).some((held) => held.port === port));
    let next = ledger;
    const done: FreedPort[] = [];
    for (const opened of holders) {
      const { instance } = opened;
      const held = heldPorts(instance.footprint).find((one) => one.port === port);
      const stale = staleProfile(opened, ledger, port);
      const life = await lifeOf(context, opened);
      if (life.state === 'kept') throw stillRuns(instance, life);
      if (life.state === 'gone') {
        next = without(next, opened);
        done.push(...freedOf(instance));
      } else if (stale !== undefined) {
        next = withoutProfile(next, opened, stale);
        done.push({ port, use: held?.phrase ?? '', owner: instance.id });
      } else {
        throw leased(instance, held);
      }
    }
    return { ledger: next, result: done };
  });
  const listeners = await context.host.net.listeners(port);
  return { freed, listeners: listeners?.map(shownListener) ?? null };
}

/** Takes an instance that is gone out of the ledger, with all its ports. @throws Problem PROFILE_UNKNOWN or PORT_LEASED */
export async function freeInstance(context: Context, name: string): Promise<FreeResult> {
  const { product, profile, id } = await parseNamed(context, name);
  const freed = await change(context, async (ledger, all) => {
    const opened = all.find(({ instance }) => instance.id.toLowerCase() === id.toLowerCase());
    if (!opened) throw unknownProfile(await listInstances(await context.world()), { profile, product });
    const life = await lifeOf(context, opened);
    if (life.state === 'kept') throw stillRuns(opened.instance, life);
    if (life.state === 'there') throw leased(opened.instance);
    return { ledger: without(ledger, opened), result: freedOf(opened.instance) };
  });
  return { freed, listeners: null };
}

type Change = (ledger: Ledger, all: OpenInstance[]) => Promise<{ ledger: Ledger; result: FreedPort[] }>;

async function change(context: Context, body: Change): Promise<FreedPort[]> {
  const world = await context.world();
  const { result, warnings } = await updateLedger(world, async (ledger) =>
    body(
      ledger,
      (await openAll({ ...world, ledger })).flatMap(({ opened }) => opened ?? []),
    ),
  );
  for (const warning of warnings) context.warn(warning);
  return result;
}

/** The browser profile whose lease of the port only the ledger knows, while its instance has a config without it. */
function staleProfile({ instance, config, canonicalStateDir }: OpenInstance, ledger: Ledger, port: number): string | undefined {
  if (config.parsed === undefined) return undefined;
  const entry = findEntry(ledger, instance.pack.id, canonicalStateDir);
  const [name] = Object.entries(entry?.cdp ?? {}).find(([, leasedPort]) => leasedPort === port) ?? [];
  return name !== undefined && !Object.hasOwn(browserProfiles(config.parsed), name) ? name : undefined;
}

const isEntryOf =
  ({ instance, canonicalStateDir }: OpenInstance) =>
  (entry: Ledger['instances'][number]) =>
    entry.product === instance.pack.id && entry.stateDir === canonicalStateDir;

function without(ledger: Ledger, opened: OpenInstance): Ledger {
  const isIt = isEntryOf(opened);
  return { ...ledger, instances: ledger.instances.filter((entry) => !isIt(entry)) };
}

function withoutProfile(ledger: Ledger, opened: OpenInstance, profile: string): Ledger {
  const isIt = isEntryOf(opened);
  const lighter = (cdp: Record<string, number>) => Object.fromEntries(Object.entries(cdp).filter(([name]) => name !== profile));
  return {
    ...ledger,
    instances: ledger.instances.map((entry) =>
      isIt(entry) ? { ...entry, cdp: lighter(entry.cdp as Record<string, number>) } : entry,
    ),
  };
}

const freedOf = ({ id, footprint }: Instance): FreedPort[] =>
  heldPorts(footprint).map(({ port, phrase }) => ({ port, use: phrase, owner: id }));

/** Its gateway outlived its directory: where it listens, nobody else can. */
function stillRuns({ id, pack, profile }: Instance, { by, serviced }: Extract<Life, { state: 'kept' }>): Problem {
  const command = `polygate --product ${pack.id} --profile ${profile.value}`;
  const end = serviced || by.pid === undefined ? `${command} gateway stop` : `kill ${by.pid}`;
  const keep = serviced ? `${command} gateway install` : 'put its directory back';
  const free = `to keep it: ${keep}; to give it up, end it first: ${end}`;
  return new Problem('PORT_LEASED', { owner: id, free, listening: { ...shownListener(by), port: by.port } });
}

function leased({ id, pack, profile }: Instance, held?: HeldPort): Problem {
  const command = `polygate --product ${pack.id} --profile ${profile.value}`;
  const free =
    held?.use === 'CDP' ? `${command} browser profiles remove NAME` : `move it to another base: ${command} setup --port PORT`;
  return new Problem('PORT_LEASED', { owner: id, free, ...(held ? { port: held.port, use: held.phrase } : {}) });
}
