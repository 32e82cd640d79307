import { Problem } from '../errors/problem.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { builtInPacks } from '../gen/products.gen.ts';

/** The pack with this id or command name, among the user's own and those that Polygate ships (the user's win). */
export function findPack(name: string, own: readonly ProductPack[] = []): ProductPack {
  const all = [...own, ...builtInPacks];
  const found = all.find((pack) => pack.id === name) ?? all.find((pack) => pack.command === name);
  if (!found) throw new Problem('PRODUCT_UNKNOWN', { product: name, known: [...new Set(all.map((p) => p.id))] });
  return found;
}

/** The product when neither the command line, the environment nor the name of the command says one. */
export const defaultProduct: string = (builtInPacks.find((pack) => pack.isDefault) ?? (builtInPacks[0] as ProductPack)).id;

/** The product whose documents call their command by this name; undefined for any other name. */
export function productOfCommand(command: string): string | undefined {
  return builtInPacks.find((pack) => pack.command === command)?.id;
}
