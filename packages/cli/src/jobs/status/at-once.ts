import { serviceName } from '@polygate/core';
import type { OpenInstance, ServiceManager } from '@polygate/host';
import type { Context } from '../../context.ts';
import { managerFor } from '../manager-for.ts';

/** What the looks at many instances have in common, each looked up once. */
export interface AtOnce {
  net: Context['host']['net'];
  /** The manager of one of them, which knows how its service is. */
  managerOf(one: OpenInstance): Promise<ServiceManager>;
}

/** Asks each manager once about all services, and the kernel once about all ports. */
export async function lookAtOnce(context: Context, all: readonly OpenInstance[]): Promise<AtOnce> {
  const [net, managerOf] = await Promise.all([listenersAtOnce(context, all), managersAtOnce(context, all)]);
  return { net, managerOf };
}

async function listenersAtOnce({ host: { net } }: Context, all: readonly OpenInstance[]): Promise<AtOnce['net']> {
  const ports = new Set(all.map(({ instance }) => instance.port.value));
  const pids = all.flatMap(({ lock }) => lock?.pid ?? []);
  const found = await net.listenersOn(ports, pids);
  return {
    ...net,
    listeners: async (port, likely) =>
      ports.has(port) ? found?.filter((listener) => listener.port === port) : net.listeners(port, likely),
  };
}

/** One of which it cannot be told says so when it is asked for: it is that instance's trouble alone. */
async function managersAtOnce(context: Context, all: readonly OpenInstance[]): Promise<AtOnce['managerOf']> {
  const { host } = context;
  const manager = once((wanted: string | undefined) => context.manager(wanted));
  const chosen = new Map(all.map((one) => [one, managerFor({ host, manager }, one.instance)]));
  await Promise.allSettled(chosen.values());
  const names = new Map<ServiceManager, string[]>();
  for (const [one, choice] of chosen) {
    const its = await choice.catch(() => undefined);
    if (its) names.set(its, [...(names.get(its) ?? []), nameOf(one, its)]);
  }
  const knowing = once((its: ServiceManager) => knowingAll(its, names.get(its) ?? []));
  return async (one) => knowing((await chosen.get(one)) ?? (await managerFor(context, one.instance)));
}

const nameOf = ({ instance }: OpenInstance, { id }: ServiceManager) => serviceName(instance.pack, instance.profile.value, id);

async function knowingAll(manager: ServiceManager, names: readonly string[]): Promise<ServiceManager> {
  const views = await manager.statuses(names);
  return { ...manager, status: async (name) => (names.includes(name) ? views.get(name) : manager.status(name)) };
}

function once<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const value = made.has(key) ? (made.get(key) as V) : make(key);
    made.set(key, value);
    return value;
  };
}
