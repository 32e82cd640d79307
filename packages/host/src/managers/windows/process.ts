import type { ServiceDefinition } from '@polygate/core';
import { readLiveLock } from '../../instances/gateway-lock.ts';
import type { Host } from '../../ports.ts';
import { polygateFolders } from '../../store/folders.ts';

/** The process of a service: what its manager knows of Windows is a launcher at most. */
export interface ServiceProcess {
  pid: number;
  ageMs: number;
}

/**
 * The live process that a definition's gateway is: by the lock of its state directory, else by what its guard wrote down. Both
 * name a process by its number and its start, so that a number that was given to another one is never taken for it.
 */
export async function processOf(host: Host, definition: ServiceDefinition): Promise<ServiceProcess | undefined> {
  const stateDir = stateDirOf(definition);
  const lock = stateDir === undefined ? undefined : await readLiveLock(host, stateDir);
  const pid = lock?.pid ?? (await guardOf(host, definition));
  const info = pid === undefined ? undefined : await host.processes.info(pid);
  return info && { pid: info.pid, ageMs: info.ageMs };
}

const stateDirOf = ({ environment }: ServiceDefinition) =>
  Object.entries(environment).find(([name]) => name.endsWith('_STATE_DIR'))?.[1];

/** The guard of an instance keeps its own process in its state file. */
async function guardOf({ files, processes, paths, ...host }: Host, { argv }: ServiceDefinition): Promise<number | undefined> {
  const at = argv.indexOf('--product');
  if (at < 0 || argv[at + 5] !== 'guard') return undefined;
  const folder = paths.join(polygateFolders({ ...host, paths }).state, 'guards', `${argv[at + 1]}-${argv[at + 3]}`);
  const text = await files.read(paths.join(folder, 'state.json')).catch(() => undefined);
  const { pid, stamp } = supervisorIn(text);
  if (pid === undefined) return undefined;
  return (await processes.info(pid))?.stamp === stamp ? pid : undefined;
}

function supervisorIn(text: string | undefined): { pid?: number; stamp?: string } {
  try {
    const { supervisor } = JSON.parse(text ?? '{}') as { supervisor?: { pid: number; stamp: string } | null };
    return supervisor ?? {};
  } catch {
    return {};
  }
}
