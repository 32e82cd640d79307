import { isProblem } from '@polygate/core';
import type { OpenInstance, World } from '@polygate/host';
import { type FoundInstance, openFound } from '@polygate/host/instances';
import type { Context } from '../context.ts';

/** An instance of a list, as it runs. One that cannot be opened (its product is no longer described) is said, and is no reason to stop. */
export async function openOrSay(context: Context, world: World, found: FoundInstance): Promise<OpenInstance | undefined> {
  try {
    return await openFound(world, found, { live: true });
  } catch (error) {
    if (!isProblem(error)) throw error;
    context.warn(`${found.product}/${found.profile} (${found.stateDir}) cannot be looked at: ${error.message}`);
    return undefined;
  }
}
