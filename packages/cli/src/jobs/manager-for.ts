import { type Instance, isProblem } from '@polygate/core';
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
  if (options.system || options.userName !== undefined) return context.manager('systemd-system');
  const usual = await managerIfAny(context);
  return usual && managerOf(context, usual, instance);
}
