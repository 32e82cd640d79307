import { type Generation, type Instance, readVariable } from '@polygate/core';
import { generationOf } from '@polygate/core/generation';
import type { Host } from '@polygate/host';
import { familyLockOwner } from '@polygate/host/family-lock';
import { generationOfProgram } from './generation.ts';

/**
 * The process of a gateway of another make, however it was started: by the lock that its make has, else by the environment of
 * who listens on its port. undefined where there is none, or nothing tells.
 */
export async function runningOfItsMake(
  host: Host,
  instance: Instance,
  known?: Generation | undefined,
): Promise<number | undefined> {
  const { pack, program, configPath, stateDir, port } = instance;
  if (program === 'reference') return undefined;
  const { locks } = known ?? (await generationOfProgram(host, instance)) ?? generationOf(pack, undefined);
  const owner = await familyLockOwner(host, locks, configPath.value);
  if (owner !== undefined) return owner;
  const meant = await host.files.canonical(stateDir.value);
  for (const { pid } of (await host.net.listeners(port.value)) ?? []) {
    if (pid !== undefined && (await stateDirGivenTo(host, instance, pid)) === meant) return pid;
  }
  return undefined;
}

/** The state directory that a process was started with, by its environment; undefined where that says nothing. */
export async function stateDirGivenTo(host: Host, { pack }: Pick<Instance, 'pack'>, pid: number): Promise<string | undefined> {
  const said = readVariable(pack, (await host.processes.environmentOf(pid)) ?? {}, 'STATE_DIR')?.value;
  return said === undefined ? undefined : host.files.canonical(said);
}
