import type { Generation, Instance } from '@polygate/core';
import { generationOf } from '@polygate/core/generation';
import type { Host } from '@polygate/host';
import { packageOf } from './package-of.ts';

/**
 * How the external program of an instance behaves, by the version that lies beside its entry; undefined for Polygate's own
 * gateway, which needs no leave.
 */
export async function generationOfProgram(
  host: Pick<Host, 'files' | 'paths'>,
  { pack, program }: Pick<Instance, 'pack' | 'program'>,
): Promise<Generation | undefined> {
  if (program === undefined || program === 'reference') return undefined;
  const found = await packageOf(host, program);
  // A wrapper of another name may be of any version of what it wraps.
  return generationOf(pack, found?.name === pack.command ? found.version : undefined);
}
