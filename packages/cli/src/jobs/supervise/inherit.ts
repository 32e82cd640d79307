import type { Context } from '../../context.ts';
import { type Selected, selectNamed, selectWanted } from './select.ts';
import type { Heritage } from './succession.ts';

/** The instances that another supervisor looked after, with those that are new. */
export async function inherit(context: Context, { ids, all }: Heritage): Promise<Selected> {
  const fresh = context.again();
  const known = new Set(ids);
  const own: Selected = ids.length > 0 ? await selectNamed(fresh, ids, known) : { chosen: [], named: [], leftOut: [] };
  if (!all) return { ...own, named: [] };
  const others = await selectWanted(fresh, known);
  return { chosen: [...own.chosen, ...others.chosen], named: [], leftOut: [] };
}
