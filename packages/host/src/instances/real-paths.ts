import {
  absolute,
  canonical,
  type IdentityInput,
  isProfileName,
  type Ledger,
  parseProfileName,
  readVariables,
} from '@polygate/core';
import type { Files } from '../ports.ts';

/** Where known instances usually are, found once for a ledger and a product: a command may open a hundred of them. */
const usual = new WeakMap<Ledger, Map<string, Promise<[string, string][]>>>();

/** Canonical forms of the paths that the environment names, and of what they are compared with. */
export async function realPaths(files: Files, ledger: Ledger, input: IdentityInput): Promise<Map<string, string>> {
  const { pack, env, paths, home, cwd } = input;
  const said = ['STATE_DIR', 'CONFIG_PATH'].flatMap((suffix) => readVariables(pack, env, suffix));
  const named = said.map(({ value }) => absolute(paths, home, cwd, value));
  const known = usual.get(ledger) ?? new Map<string, Promise<[string, string][]>>();
  usual.set(ledger, known);
  const places = known.get(pack.id) ?? resolved(files, usualPlaces(input));
  known.set(pack.id, places);
  return new Map([...(await resolved(files, named.length > 0 ? [home, ...named] : [])), ...(await places)]);
}

function usualPlaces(input: IdentityInput): string[] {
  return input.known.flatMap(({ product, profile }) =>
    product === input.pack.id && isProfileName(profile) ? [canonical(input, parseProfileName(profile)).stateDir] : [],
  );
}

function resolved(files: Files, paths: readonly string[]): Promise<[string, string][]> {
  return Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await files.canonical(path)]));
}
