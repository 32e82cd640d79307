import type { ServiceDefinition } from '@polygate/core';
import { readLiveLock } from '../../instances/gateway-lock.ts';
import { readLiveGuard } from '../../instances/guard.ts';
import type { Host } from '../../ports.ts';

/** The process of a service: what its manager knows of Windows is a launcher at most. */
export interface ServiceProcess {
  pid: number;
  ageMs: number;
}

/**
 * The live process that a definition's gateway is: by the lock of its state directory, else its guard. Both are known by their
 * number and their start, so that a number that was given to another one is never taken for it.
 */
export async function processOf(host: Host, { environment, argv }: ServiceDefinition): Promise<ServiceProcess | undefined> {
  const stateDir = Object.entries(environment).find(([name]) => name.endsWith('_STATE_DIR'))?.[1];
  const found = (stateDir === undefined ? undefined : await readLiveLock(host, stateDir)) ?? (await guardOf(host, argv));
  const info = found && (await host.processes.info(found.pid));
  return info && { pid: info.pid, ageMs: info.ageMs };
}

async function guardOf(host: Host, argv: readonly string[]): Promise<{ pid: number } | undefined> {
  const [product, , profile, , verb] = argv.slice(argv.indexOf('--product') + 1);
  if (!argv.includes('--product') || product === undefined || profile === undefined || verb !== 'guard') return undefined;
  return readLiveGuard(host, { product, profile });
}
