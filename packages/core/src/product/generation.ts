import { builtInDetails } from '../gen/product-details.gen.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { ofVersion } from './version-range.ts';

/** How the gateways of some versions of a product behave. */
export interface Generation {
  /** A column of the pack names the version. */
  known: boolean;
  protocols: readonly number[];
  /** hello-ok names the paths of the profile that answers. */
  namesItself: boolean;
  /** HTTP paths that answer probes, where the version is known and has any. */
  http: { alive?: string; ready?: string; started?: string };
  /** Files below the temporary folder that may tell which process owns a config. */
  locks: readonly string[];
  stopSeconds: number | undefined;
  /** By full name. */
  environment: Readonly<Record<string, string>>;
  /** Besides 78. */
  fatalExits: readonly number[];
  /** So often it is started again all the same after one of those, or 78. */
  fatalRetries: number;
}

/** How the supervisor treats a product; a pack of a user that says nothing has what is shipped for its id. */
export const superviseOf = ({ id, supervise }: ProductPack): ProductPack['supervise'] =>
  supervise ?? builtInDetails[id]?.supervise;

/**
 * The column of the pack for this version. For one that no column names (none was told, a beta, `dev`) what harms none of them:
 * all that they offer to a supervisor, the longest time to stop, no trust in what only some of them tell.
 */
export function generationOf({ id, env, ...own }: ProductPack, version: string | undefined): Generation {
  const generations = own.generations ?? builtInDetails[id]?.generations ?? [];
  const found = ofVersion(generations, version);
  const all = found ? [found] : generations;
  const variables = Object.assign({}, ...all.map(({ environment }) => environment)) as Record<string, string>;
  return {
    known: found !== undefined,
    protocols: [...new Set(all.flatMap(({ protocols }) => protocols))],
    namesItself: all.every(({ namesItself }) => namesItself),
    http: { ...found?.http },
    locks: [...new Set(all.flatMap(({ lock }) => (lock === undefined ? [] : [lock])))],
    stopSeconds: all.length === 0 ? undefined : Math.max(...all.map(({ stopSeconds }) => stopSeconds)),
    environment: Object.fromEntries(Object.entries(variables).map(([suffix, value]) => [env.prefix + suffix, value])),
    fatalRetries: Math.max(0, ...all.map(({ fatalRetries = 0 }) => fatalRetries)),
    fatalExits: [...new Set(all.flatMap(({ fatalExits = [] }) => fatalExits))],
  };
}
