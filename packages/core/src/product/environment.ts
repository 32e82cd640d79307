import type { ProductPack } from '../gen/product-pack.gen.ts';
import { variableNames } from './pack.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface EnvValue {
  name: string;
  value: string;
}

/** One setting read from the environment. Blank is the same as unset, as in the family. */
export function readVariable(pack: ProductPack, env: Env, suffix: string): EnvValue | undefined {
  return readVariables(pack, env, suffix)[0];
}

/** Every variable that is set for one setting, the one that counts first. */
export function readVariables(pack: ProductPack, env: Env, suffix: string): EnvValue[] {
  return variableNames(pack, suffix).flatMap((name) => {
    const value = env[name]?.trim();
    return value ? [{ name, value }] : [];
  });
}
