import { isProblem, type ServiceDefinition } from '@polygate/core';
import { builtinNames, inspectBuiltin } from '../managers/builtin-definitions.ts';
import type { Inspection } from '../managers/manager.ts';
import { selectManager } from '../managers/select.ts';
import type { Host } from '../ports.ts';
import { accountHome } from '../store/home.ts';

/** What the account's manager and Polygate's own supervisor have definitions of. */
export async function definitionsOf(host: Host): Promise<{ name: string; definition: ServiceDefinition }[]> {
  const read = async (names: readonly string[], inspect: (name: string) => Promise<Inspection>) => {
    const all = await Promise.all(
      names.map(async (name) => ({ name, definition: (await inspect(name).catch(() => undefined))?.definition })),
    );
    return all.flatMap(({ name, definition }) => (definition ? [{ name, definition }] : []));
  };
  const own = await read(await builtinNames(host), (name) => inspectBuiltin(host, name));
  try {
    const manager = await selectManager(host, accountHome(host));
    return [...(await read(await manager.list(), (name) => manager.inspect(name))), ...own];
  } catch (error) {
    if (isProblem(error, 'MANAGER_MISSING')) return own;
    throw error;
  }
}
