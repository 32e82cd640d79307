import type { OpenInstance } from '@polygate/host';
import { listInstances, openFound } from '@polygate/host/instances';
import { filesOf, type LogSource } from '@polygate/host/logs';
import type { Context } from '../../context.ts';
import { openExisting, parseNamed } from '../profiles/named.ts';

/** A log on this machine. */
export interface PickedLog {
  /** `product/profile`. */
  id: string;
  directory: string;
  source: LogSource;
}

export interface PickOptions {
  all: boolean;
  names: readonly string[];
  /** What the supervisor caught of a gateway that writes a log of its own, too. */
  console: boolean;
}

/** The logs that are meant, by instance. @throws Problem PROFILE_UNKNOWN */
export async function pickLogs(context: Context, { all, names, console }: PickOptions): Promise<PickedLog[]> {
  const opened = all ? await everyInstance(context) : await namedInstances(context, names);
  return opened.flatMap((one) => logsOf(context, one, console));
}

/**
 * The log of a reference gateway is its own. Any other program has what it prints, and so has a gateway that wrote none yet: what
 * it said when it did not start is there.
 */
export function logsOf({ host }: Context, { instance }: OpenInstance, withConsole: boolean): PickedLog[] {
  const directory = host.paths.join(instance.stateDir.value, 'logs');
  const has = (source: LogSource) => filesOf(directory, source).files.length > 0;
  const gateway = instance.program === undefined || instance.program === 'reference' || has('gateway');
  const console = withConsole || !gateway || (!has('gateway') && has('console'));
  const sources: LogSource[] = [...(gateway ? (['gateway'] as const) : []), ...(console ? (['console'] as const) : [])];
  return sources.map((source) => ({ id: instance.id, directory, source }));
}

async function everyInstance(context: Context): Promise<OpenInstance[]> {
  const world = await context.world();
  return Promise.all((await listInstances(world)).map((found) => openFound(world, found, { live: false })));
}

async function namedInstances(context: Context, names: readonly string[]): Promise<OpenInstance[]> {
  if (names.length === 0) return [await context.open({ live: true })];
  const named = await Promise.all([...new Set(names)].map((name) => parseNamed(context, name)));
  return Promise.all(named.map(async (each) => (await openExisting(context, each)).opened));
}
