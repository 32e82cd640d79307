import type { ProductPack } from '../gen/product-pack.gen.ts';
import type { Env } from '../product/environment.ts';
import { readVariable } from '../product/environment.ts';
import { profileIn } from '../product/pack.ts';
import type { ServiceDefinition } from './definition.ts';

/** Which instance a definition is of. Paths are as written in it, undefined where it leaves them to the defaults. */
export interface ServiceTrace {
  pack: ProductPack;
  profile: string;
  stateDir: string | undefined;
  configPath: string | undefined;
}

/**
 * The instance whose gateway an installed definition runs, whoever wrote it: told by its marker, else by its name. undefined
 * for every other service, and for one that belongs to another POLYGATE_HOME than this.
 */
export function traceService(
  packs: readonly ProductPack[],
  name: string,
  { environment }: Pick<ServiceDefinition, 'environment'>,
  polygateHome: string | undefined,
): ServiceTrace | undefined {
  if (environment.POLYGATE_HOME !== polygateHome) return undefined;
  const named = (pack: ProductPack) => profileIn(pack.service.systemd, name);
  const pack = packs.find((p) => isMarked(p, environment)) ?? packs.find((p) => named(p) !== undefined);
  if (!pack || (readVariable(pack, environment, 'SERVICE_KIND')?.value ?? 'gateway') !== 'gateway') return undefined;
  const profile = readVariable(pack, environment, 'PROFILE')?.value ?? named(pack);
  if (profile === undefined) return undefined;
  return {
    pack,
    profile,
    stateDir: readVariable(pack, environment, 'STATE_DIR')?.value,
    configPath: readVariable(pack, environment, 'CONFIG_PATH')?.value,
  };
}

const isMarked = (pack: ProductPack, environment: Env) =>
  readVariable(pack, environment, 'SERVICE_MARKER')?.value === pack.service.marker;
