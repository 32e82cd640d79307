import { type InstanceReport, parseState } from '@polygate/core/supervise';
import type { Context } from '../../context.ts';
import { placeOf } from './ask.ts';

/** What the last supervisor wrote down. Nothing, where what is there is of no use. @throws Problem SUPERVISOR_STATE_FUTURE */
export async function lastReports(context: Pick<Context, 'host' | 'warn'>): Promise<readonly InstanceReport[]> {
  const { stateFile } = placeOf(context);
  const text = await context.host.files.read(stateFile);
  if (text === undefined) return [];
  const parsed = parseState(text, stateFile);
  if ('state' in parsed) return parsed.state.instances;
  context.warn(`${stateFile} is of no use: ${parsed.lost}`);
  return [];
}

/** Ids of those that `down` stopped by name. */
export async function stoppedByName(context: Context): Promise<ReadonlySet<string>> {
  return new Set((await lastReports(context)).filter(({ wanted }) => !wanted.value).map(({ id }) => id));
}
