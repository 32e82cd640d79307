import {
  type Instance,
  type InstanceDocument,
  instanceDocument,
  logPathOf,
  type ServicePlace,
  serviceName,
} from '@polygate/core';
import { accountHome, builtinPlace, definitionPlaces } from '@polygate/host';
import type { Context } from '../context.ts';

/** The instance as JSON shows it, with the service it has or would get. */
export async function describeInstance(context: Context, instance: Instance): Promise<InstanceDocument> {
  const { host } = context;
  const service = await servicePlace(context, instance);
  return instanceDocument(instance, service, logPathOf(instance.stateDir.value, host.paths.join, host.clock.now()));
}

/** sd_booted(3). */
const SYSTEMD_RUNS = '/run/systemd/system';

/** Where the service is or would be. No manager is asked, nor loaded, unless more than the usual one may have it. */
export async function servicePlace(context: Context, instance: Instance): Promise<ServicePlace> {
  const { host } = context;
  const { pack, profile } = instance;
  const places = [...definitionPlaces(host, accountHome(host)), builtinPlace(host)].map(({ manager, pathOf }) => {
    const name = serviceName(pack, profile.value, manager);
    return { manager, name, path: pathOf(name) };
  });
  const isThere = async (path: string) => (await host.files.stat(path).catch(() => undefined)) !== undefined;
  const there = await Promise.all(places.map(({ path }) => isThere(path)));
  const [usual, ...others] = places as [ServicePlace, ...ServicePlace[]];
  if (there[0]) return usual;
  const own = others.at(-1) ?? usual;
  // Where no systemd runs there may be none to have it.
  if (!there.includes(true)) return host.platform !== 'linux' || (await isThere(SYSTEMD_RUNS)) ? usual : own;
  const { managerFor } = await import('./manager-for.ts');
  const manager = await managerFor(context, instance);
  return places.find((place) => place.manager === manager?.id) ?? usual;
}
