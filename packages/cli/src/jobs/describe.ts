import {
  type Instance,
  type InstanceDocument,
  instanceDocument,
  logPathOf,
  type ServicePlace,
  serviceName,
} from '@polygate/core';
import { accountHome, definitionPlaces } from '@polygate/host';
import type { Context } from '../context.ts';

/** The instance as JSON shows it, with the service it has or would get. */
export async function describeInstance(context: Context, instance: Instance): Promise<InstanceDocument> {
  const { host } = context;
  const service = await servicePlace(context, instance);
  return instanceDocument(instance, service, logPathOf(instance.stateDir.value, host.paths.join, host.clock.now()));
}

/** Where the service is or would be. No manager is asked, nor loaded, unless more than the usual one may have it. */
export async function servicePlace(context: Context, instance: Instance): Promise<ServicePlace> {
  const { host } = context;
  const { pack, profile } = instance;
  const places = definitionPlaces(host, accountHome(host)).map(({ manager, pathOf }) => {
    const name = serviceName(pack, profile.value, manager);
    return { manager, name, path: pathOf(name) };
  });
  const [usual, ...others] = places;
  if (!usual) return { manager: null, name: serviceName(pack, profile.value, 'builtin'), path: null };
  const isThere = async ({ path }: { path: string }) => (await host.files.stat(path).catch(() => undefined)) !== undefined;
  if ((await isThere(usual)) || !(await Promise.all(others.map(isThere))).includes(true)) return usual;
  const { managerFor } = await import('./manager-for.ts');
  const manager = await managerFor(context, instance);
  return places.find((place) => place.manager === manager?.id) ?? usual;
}
