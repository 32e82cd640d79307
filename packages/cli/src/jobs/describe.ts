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
import { managerOf, type ScopeOptions } from './service-scope.ts';

/** The manager of this host; undefined where there is none, which commands that only look must survive. */
export async function managerIfAny(context: Context): Promise<ServiceManager | undefined> {
  try {
    return await context.manager();
  } catch (error) {
    if (isProblem(error, 'MANAGER_MISSING')) return undefined;
    throw error;
  }
}

/** The manager that an instance's service has: the one that is asked for, else the one that has it, else this host's. */
export async function managerFor(
  context: Context,
  instance: Instance,
  options: ScopeOptions = {},
): Promise<ServiceManager | undefined> {
  if (options.system || options.userName !== undefined) return await context.manager('systemd-system');
  const usual = await managerIfAny(context);
  return usual && managerOf(context, usual, instance);
}

/** The instance as JSON shows it, with the service it has or would get. */
export async function describeInstance(context: Context, instance: Instance): Promise<InstanceDocument> {
  const { host } = context;
  const service = await servicePlace(await managerFor(context, instance), instance);
  return instanceDocument(instance, service, logPathOf(instance.stateDir.value, host.paths.join, host.clock.now()));
}

export async function servicePlace(manager: ServiceManager | undefined, { pack, profile }: Instance): Promise<ServicePlace> {
  if (!manager) return { manager: null, name: serviceName(pack, profile.value, 'builtin'), path: null };
  const name = serviceName(pack, profile.value, manager.id);
  return { manager: manager.id, name, path: (await manager.inspect(name)).path };
}
