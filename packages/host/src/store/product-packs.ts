import { isProblem, type Problem, type ProductPack } from '@polygate/core';
import type { Folders, Host } from '../ports.ts';

/** Product packs of the user, and why the others cannot be used. */
export interface UserPacks {
  packs: ProductPack[];
  broken: Problem[];
}

/**
 * Reads `products/*.json` in Polygate's config folder, and the file given with --product-file. A broken file in the folder
 * does not get in the way of commands that do not need it; a broken file that was asked for does.
 * @throws Problem PRODUCT_PACK_INVALID for the file given
 */
export async function userPacks(
  host: Pick<Host, 'files' | 'paths' | 'cwd'>,
  folders: Folders,
  file?: string,
): Promise<UserPacks> {
  const folder = host.paths.join(folders.config, 'products');
  const names = (await host.files.list(folder)).filter((name) => name.endsWith('.json')).sort();
  if (file === undefined && names.length === 0) return { packs: [], broken: [] };
  // Loaded only when there is something to check: hardly anybody has packs of their own.
  const { readPack } = await import('./read-pack.ts');
  const given = file === undefined ? [] : [await readPack(host, host.paths.resolve(host.cwd, file))];
  const read = await Promise.all(
    names.map((name) =>
      readPack(host, host.paths.join(folder, name)).catch((error: unknown) => {
        if (isProblem(error)) return error;
        throw error;
      }),
    ),
  );
  return {
    packs: [...given, ...read.filter((pack): pack is ProductPack => !isProblem(pack))],
    broken: read.filter((pack) => isProblem(pack)),
  };
}
