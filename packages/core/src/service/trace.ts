import type { ProductPack } from '../gen/product-pack.gen.ts';
import type { ServiceDefinition } from './definition.ts';
import { recogniseService } from './recognise.ts';

/** Which instance a definition is of. Paths are as written in it, undefined where it leaves them to the defaults. */
export interface ServiceTrace {
  pack: ProductPack;
  profile: string;
  stateDir: string | undefined;
  configPath: string | undefined;
}

/**
 * The instance whose gateway an installed definition runs, whoever wrote it. undefined for every other service, for one that
 * does not tell its profile, and for one that belongs to another POLYGATE_HOME than this.
 */
export function traceService(
  packs: readonly ProductPack[],
  name: string,
  definition: Pick<ServiceDefinition, 'environment'> & Partial<Pick<ServiceDefinition, 'argv'>>,
  polygateHome: string | undefined,
): ServiceTrace | undefined {
  if (definition.environment.POLYGATE_HOME !== polygateHome) return undefined;
  const { pack, profile, stateDir, configPath } = recogniseService(packs, name, definition) ?? {};
  return pack && profile !== undefined ? { pack, profile, stateDir, configPath } : undefined;
}
