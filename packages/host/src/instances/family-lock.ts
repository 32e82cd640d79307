import { createHash } from 'node:crypto';
import type { Host } from '../ports.ts';

/**
 * The live process that owns a config by the lock of its own make: `{pid, startTime, configPath}` as JSON, in a file below the
 * temporary folder that is named after the SHA-1 of the path. undefined without one, or when its process is gone.
 */
export async function familyLockOwner(
  { files, paths, processes, users, env }: Pick<Host, 'files' | 'paths' | 'processes' | 'users' | 'env'>,
  locks: readonly string[],
  configPath: string,
): Promise<number | undefined> {
  const hash = createHash('sha1').update(configPath).digest('hex').slice(0, 8);
  for (const lock of locks) {
    const name = lock.replaceAll('{uid}', String(users.uid)).replaceAll('{hash}', hash);
    const text = await files.read(paths.join(env.TMPDIR?.trim() || '/tmp', name)).catch(() => undefined);
    const told = text === undefined ? undefined : parseLock(text);
    if (told?.configPath !== configPath) continue;
    const stamp = (await processes.info(told.pid))?.stamp;
    // Clock ticks since boot, which a stamp ends with on Linux: a pid may be another process's by now.
    if (stamp !== undefined && (told.startTime === undefined || stamp.endsWith(`/${told.startTime}`))) return told.pid;
  }
  return undefined;
}

function parseLock(text: string): { pid: number; startTime?: number | undefined; configPath: unknown } | undefined {
  try {
    const { pid, startTime, configPath } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pid !== 'number') return undefined;
    return { pid, configPath, startTime: typeof startTime === 'number' ? startTime : undefined };
  } catch {
    return undefined;
  }
}
