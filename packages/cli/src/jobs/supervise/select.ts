import { type InstanceSettings, type LeftOutInstance, Problem, serviceName } from '@polygate/core';
import { accountHome, definitionPlaces, type OpenInstance, refuseUnfinished } from '@polygate/host';
import { type FoundInstance, listInstances, openAll, openFound } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { atAGlance } from '../ports/glance.ts';
import { unknownProfile } from '../profiles/named.ts';
import { runningOfItsMake } from '../program/running.ts';
import { refuseUnchosenProgram } from '../setup/refusals.ts';
import { placeOf } from './ask.ts';
import { lastReports } from './last-state.ts';
import { findNamed, parseNames } from './names.ts';

/** What looking at an instance takes. */
type Looking = Pick<Context, 'host' | 'warn'>;

/** Instances that `up` shall run, and those that it leaves alone, with the reason. */
export interface Selected {
  chosen: OpenInstance[];
  /** Ids of those that were asked for by name, without what they depend on. */
  named: string[];
  leftOut: LeftOutInstance[];
}

/**
 * Instances by name, with all that they depend on. Opened from their own record: a supervisor that reads its settings again
 * must come to the same result. `supervised`: those that a supervisor runs already. @throws Problem PROFILE_UNKNOWN, GATEWAY_ALREADY_RUNNING …
 */
export async function selectNamed(
  context: Context,
  names: readonly string[],
  supervised: ReadonlySet<string> = new Set(),
): Promise<Selected> {
  const world = await context.world();
  const all = await listInstances(world);
  const host = atAGlance(context.host);
  const named = (await parseNames(context, names)).map(({ product, profile, id }) => {
    refuseUnfinished(world.unfinished, id);
    const found = findNamed(all, { product, profile });
    if (!found) throw unknownProfile(all, { profile, product });
    return found;
  });
  const chosen = new Map<string, OpenInstance>();
  const open = async (found: FoundInstance): Promise<void> => {
    const id = idOf(found);
    if (chosen.has(id)) return;
    const opened = await openFound(world, found, { live: false });
    if (!opened.config.exists) throw unknownProfile(all, found);
    refuseUnchosenProgram(opened, undefined);
    if (!supervised.has(id)) await refuseRunning({ host, warn: context.warn }, opened);
    chosen.set(id, opened);
    for (const other of dependenciesOf(opened)) {
      const needed = all.find((each) => idOf(each).toLowerCase() === other.toLowerCase());
      // One that does not exist is told by the check of the settings, which names the file.
      if (needed) await open(needed);
    }
  };
  for (const found of named) await open(found);
  return { chosen: [...chosen.values()], named: named.map(idOf), leftOut: [] };
}

/**
 * Every instance of this account that is to be run and has no other manager. `stopped`: ids that `down` stopped by name;
 * `supervised`: those that a supervisor runs already.
 */
export async function selectWanted(
  context: Context,
  stopped: ReadonlySet<string>,
  supervised: ReadonlySet<string> = new Set(),
): Promise<Selected> {
  const chosen: OpenInstance[] = [];
  const leftOut: LeftOutInstance[] = [];
  const host = atAGlance(context.host);
  for (const { found, ...rest } of await openAll(await context.world())) {
    const id = idOf(found);
    const reason = rest.opened
      ? await reasonAgainst({ host, warn: context.warn }, rest.opened, {
          stopped: stopped.has(id),
          supervised: supervised.has(id),
        })
      : rest.why.message;
    if (reason !== undefined) leftOut.push({ id, reason });
    else if (rest.opened) chosen.push(rest.opened);
  }
  return { chosen, named: [], leftOut };
}

/** Those of these names, or without one all that are wanted. `stopped`, `supervised`: as selectWanted takes them. */
export function select(
  context: Context,
  names: readonly string[],
  stopped: ReadonlySet<string>,
  supervised?: ReadonlySet<string>,
): Promise<Selected> {
  return names.length > 0 ? selectNamed(context, names, supervised) : selectWanted(context, stopped, supervised);
}

const idOf = ({ product, profile }: FoundInstance) => `${product}/${profile}`;
const dependenciesOf = ({ settings }: OpenInstance) => Object.keys((settings as InstanceSettings | undefined)?.depends_on ?? {});

async function reasonAgainst(
  context: Looking,
  opened: OpenInstance,
  is: { stopped: boolean; supervised: boolean },
): Promise<string | undefined> {
  const { settings, settingsFile, config } = opened;
  if (settings?.enabled === false) return `"enabled" is false in ${settingsFile}`;
  if (is.stopped) return 'it was stopped with down; name it to start it again';
  if (!config.exists) return `it has no config (${config.path})`;
  if (settings?.program === undefined) return 'which program runs it was never said (--program)';
  const service = await installedService(context, opened);
  if (service !== undefined) return `the service ${service} runs it`;
  const pid = is.supervised ? undefined : await foreignGateway(context, opened);
  return pid === undefined ? undefined : `a gateway runs on it outside of the supervisor (pid ${pid})`;
}

/** Name of a service that another manager has for it. */
async function installedService({ host }: Looking, { instance }: OpenInstance): Promise<string | undefined> {
  for (const { manager, pathOf } of definitionPlaces(host, accountHome(host))) {
    const name = serviceName(instance.pack, instance.profile.value, manager);
    if (await host.files.stat(pathOf(name)).catch(() => undefined)) return name;
  }
  return undefined;
}

/** @throws Problem GATEWAY_ALREADY_RUNNING when a gateway that no supervisor of ours started runs on it */
async function refuseRunning(context: Looking, opened: OpenInstance): Promise<void> {
  const pid = await foreignGateway(context, opened);
  if (pid === undefined) return;
  const port = opened.lock?.port;
  throw new Problem('GATEWAY_ALREADY_RUNNING', {
    stateDir: opened.instance.stateDir.value,
    pid,
    by: 'state directory',
    ...(port ? { port } : {}),
  });
}

/** The pid of a live gateway on it that is not a child of a supervisor of this account, which would adopt it. */
async function foreignGateway(context: Looking, { lock, instance }: OpenInstance): Promise<number | undefined> {
  const pid = lock?.pid ?? (await runningOfItsMake(context.host, instance));
  if (pid === undefined) return undefined;
  const environment = await context.host.processes.environmentOf(pid);
  if (environment) return environment.POLYGATE_SUPERVISOR === placeOf(context).folder ? undefined : pid;
  // Where nobody tells the environment of a process (Windows), what the last supervisor wrote down does.
  const stamp = lock?.stamp ?? (await context.host.processes.info(pid))?.stamp;
  return (await lastReports(context)).some((one) => one.pid === pid && one.stamp === stamp) ? undefined : pid;
}
