import {
  type Instance,
  type InstanceDocument,
  instanceDocument,
  isProblem,
  logPathOf,
  type ServicePlace,
  serviceName,
} from '@polygate/core';
import type { ServiceManager } from '@polygate/host';
import type { Context } from '../context.ts';

/** The manager of this host; undefined where there is none, which commands that only look must survive. */
export function managerIfAny(context: Context): ServiceManager | undefined {
  try {
    return context.manager();
  } catch (error) {
    if (isProblem(error, 'MANAGER_MISSING')) return undefined;
    throw error;
  }
}

/** The instance as JSON shows it, with the service it has or would get. */
export async function describeInstance(context: Context, instance: Instance): Promise<InstanceDocument> {
  const { host } = context;
  const service = await servicePlace(managerIfAny(context), instance);
  return instanceDocument(instance, service, logPathOf(instance.stateDir.value, host.paths.join, host.clock.now()));
}

export async function servicePlace(manager: ServiceManager | undefined, { pack, profile }: Instance): Promise<ServicePlace> {
  if (!manager) return { manager: null, name: serviceName(pack, profile.value, 'builtin'), path: null };
  const name = serviceName(pack, profile.value, manager.id);
  return { manager: manager.id, name, path: (await manager.inspect(name)).path };
}
