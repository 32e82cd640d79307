import type { Instance } from '@polygate/core';
import type { ServiceManager } from '@polygate/host';
import type { Context } from '../context.ts';
import { managerOf, type ScopeOptions, systemManagerId } from './service-scope.ts';

/** The manager that an instance's service has: the one that is asked for, else the one that has it, else this host's. */
export async function managerFor(
  context: Pick<Context, 'host' | 'manager'>,
  instance: Instance,
  options: ScopeOptions = {},
): Promise<ServiceManager> {
  if (options.system || options.userName !== undefined) return context.manager(systemManagerId(context));
  return managerOf(context, await context.manager(), instance);
}
