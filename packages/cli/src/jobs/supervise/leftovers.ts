import { isProblem } from '@polygate/core';
import { type StopSpec, supervisionFrom } from '@polygate/core/supervise';
import { listInstances, openFound } from '@polygate/host/instances';
import { type Abandoned, endAbandoned, markedIds } from '@polygate/supervisor/abandoned';
import type { Context } from '../../context.ts';
import { askToEndByCall } from '../ask-to-end.ts';
import { placeOf } from './ask.ts';
import { lastReports } from './last-state.ts';
import { specOf } from './spec-of.ts';

/**
 * Ends what a supervisor that is gone left running: all, or those with these ids. Found by what it wrote down, and by the
 * markers of its processes, so that a lost file hides nothing. Gives the ids of those that ended.
 */
export async function endLeftovers(context: Context, ids: readonly string[] | undefined): Promise<string[]> {
  const { folder } = placeOf(context);
  const known: Abandoned[] = [...(await lastReports(context))];
  for (const id of markedIds(folder)) if (!known.some((one) => one.id === id)) known.push({ id, pid: null, stamp: null });
  const asked = known.filter(({ id }) => ids === undefined || ids.some((other) => other.toLowerCase() === id.toLowerCase()));
  const ended = await Promise.all(
    asked.map(async (one) => {
      const stop = await stopOf(context, one.id);
      return (await endAbandoned(context.host, folder, { ...one, stop, ask: () => askInstance(context, one.id) }, (line) =>
        context.progress(line),
      ))
        ? one.id
        : undefined;
    }),
  );
  return ended.filter((id) => id !== undefined);
}

/** How its own settings say that it is asked to end; where they cannot be read, how one is that has none. */
async function stopOf(context: Context, id: string): Promise<StopSpec> {
  const world = await context.world();
  const found = (await listInstances(world)).find((one) => `${one.product}/${one.profile}` === id);
  try {
    if (found) return (await specOf(context, await openFound(world, found, { live: false }))).stop;
  } catch (error) {
    if (!isProblem(error)) throw error;
  }
  return supervisionFrom({}).stop;
}

async function askInstance(context: Context, id: string): Promise<boolean> {
  const [product = '', profile = ''] = id.split('/');
  const own = context.again({ product, profile });
  return askToEndByCall(own, await own.open({ live: true }));
}
