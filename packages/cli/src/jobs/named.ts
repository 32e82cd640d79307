import { parseProfileName } from '@polygate/core';
import { type OpenInstance, openInstance, packOf } from '@polygate/host';
import type { Context } from '../context.ts';

/** The instance that an argument names: `profile` of the selected product, or `product/profile`. Without one, the selected instance. */
export async function openNamed(context: Context, name: string | undefined): Promise<OpenInstance> {
  if (name === undefined) return context.open({ live: false });
  const world = await context.world();
  const { product, profile } = parseInstanceName(name, context.selection.product);
  return openInstance(
    world,
    { ...context.selection, product: packOf(world, product).id, profile: parseProfileName(profile), dev: false },
    { live: false },
  );
}

export function parseInstanceName(name: string, product: string): { product: string; profile: string } {
  const [first = '', second] = name.split('/');
  return second === undefined ? { product, profile: first } : { product: first, profile: second };
}
