import type { Host } from '../ports.ts';
import { polygateFolders } from '../store/folders.ts';

type GuardHost = Pick<Host, 'env' | 'paths' | 'users' | 'elsewhere'>;

/** Where the guard of an instance keeps what it must know to go on. */
export const guardFolder = (host: GuardHost, product: string, profile: string): string =>
  host.paths.join(polygateFolders(host).state, 'guards', `${product}-${profile}`);

/** The live guard of an instance, by what it wrote down; undefined when there is none, or its process is gone. */
export async function readLiveGuard(
  host: GuardHost & Pick<Host, 'files' | 'processes'>,
  { product, profile }: { product: string; profile: string },
): Promise<{ pid: number; stamp: string } | undefined> {
  const file = host.paths.join(guardFolder(host, product, profile), 'state.json');
  const found = supervisorIn(await host.files.read(file).catch(() => undefined));
  return found && (await host.processes.info(found.pid))?.stamp === found.stamp ? found : undefined;
}

/** Of a state file, whoever wrote it, this alone is needed here: a torn or a newer one says nothing of a process. */
function supervisorIn(text: string | undefined): { pid: number; stamp: string } | undefined {
  try {
    const { supervisor } = JSON.parse(text ?? '') as { supervisor?: { pid?: unknown; stamp?: unknown } | null };
    const { pid, stamp } = supervisor ?? {};
    return typeof pid === 'number' && typeof stamp === 'string' ? { pid, stamp } : undefined;
  } catch {
    return undefined;
  }
}
