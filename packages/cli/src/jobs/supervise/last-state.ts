import type { InstanceReport } from '@polygate/core/supervise';
import type { Context } from '../../context.ts';
import { placeOf } from './ask.ts';

// TEMPORARY SEAM until the state file of the engine is here.
export async function lastReports(context: Context): Promise<InstanceReport[]> {
  const text = await context.host.files.read(placeOf(context).stateFile);
  if (text === undefined) return [];
  return (JSON.parse(text) as { instances: InstanceReport[] }).instances;
}

/** Ids of those that `down` stopped by name. */
export async function stoppedByName(context: Context): Promise<ReadonlySet<string>> {
  return new Set((await lastReports(context)).filter(({ wanted }) => !wanted.value).map(({ id }) => id));
}
