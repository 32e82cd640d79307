import { Problem, parseProfileName, sameProfile } from '@polygate/core';
import { type OpenInstance, openInstance, packOf, refuseUnfinished } from '@polygate/host';
import { type FoundInstance, listInstances, openFound } from '@polygate/host/instances';
import type { Context } from '../../context.ts';

/** What a name in an argument means: `profile` of the selected product, or `product/profile`. */
export interface Named {
  product: string;
  profile: string;
  id: string;
}

/** @throws Problem PROFILE_NAME_INVALID or PRODUCT_UNKNOWN */
export async function parseNamed(context: Context, text: string): Promise<Named> {
  const world = await context.world();
  const [first = '', ...rest] = text.split('/');
  const product = packOf(world, rest.length === 0 ? context.selection.product : first).id;
  const profile = parseProfileName(rest.length === 0 ? first : rest.join('/'));
  return { product, profile, id: `${product}/${profile}` };
}

/** The instance that an argument names, as it would start, whether it exists or not; without one, the selected instance. */
export async function openNamed(context: Context, text: string | undefined): Promise<OpenInstance> {
  if (text === undefined) return context.open({ live: false });
  const { product, profile } = await parseNamed(context, text);
  return openInstance(await context.world(), { ...context.selection, product, profile, dev: false }, { live: false });
}

/** An instance that exists, opened from its own record: the environment of the caller has no say in it. */
export interface ExistingInstance {
  found: FoundInstance;
  opened: OpenInstance;
  /** All instances of this account, this one among them. */
  all: FoundInstance[];
}

/** @throws Problem PROFILE_UNKNOWN, or CHANGE_UNFINISHED */
export async function openExisting(context: Context, { product, profile, id }: Named): Promise<ExistingInstance> {
  const world = await context.world();
  refuseUnfinished(world.unfinished, id);
  const all = await listInstances(world);
  const found = all.find((each) => each.product === product && sameProfile(each.profile, profile));
  if (!found) throw unknownProfile(all, { profile, product });
  return { found, opened: await openFound(world, found, { live: true }), all };
}

/** That there is no such profile, with those of the product that there are. */
export function unknownProfile(all: readonly FoundInstance[], { profile, product }: Pick<Named, 'profile' | 'product'>): Problem {
  const known = all.filter((each) => each.product === product).map((each) => each.profile);
  return new Problem('PROFILE_UNKNOWN', { profile, product, known });
}

/** @throws Problem PROFILE_EXISTS when an instance goes by this name */
export function refuseExisting(all: readonly FoundInstance[], { product, profile, id }: Named): void {
  const found = all.find((each) => each.product === product && sameProfile(each.profile, profile));
  if (found) throw new Problem('PROFILE_EXISTS', { profile: id, path: found.stateDir });
}
