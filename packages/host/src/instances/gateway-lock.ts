import { Problem } from '@polygate/core';
import type { Files, Host, Locks, Processes } from '../ports.ts';

/** What a running gateway writes about itself, so that others find it and nobody starts a second one. */
export interface GatewayLock {
  pid: number;
  /** Stamp of the process (Processes.info): tells it from another that got the same pid later. */
  stamp: string;
  stateDir: string;
  configPath: string;
  /** Base port; absent until it listens. */
  port?: number;
  /** Address that local clients reach it at; absent until it listens. */
  host?: string;
  /** The token of a gateway that runs without a config and made one up: the file is private, as a config is. */
  token?: string;
  version: string;
  startedAt: string;
}

/** The files by which a gateway owns a state directory and a config. */
export function lockFiles(paths: Host['paths'], stateDir: string, configPath: string): string[] {
  return [stateLockPath(paths, stateDir), configLockPath(configPath)];
}

type LockHost = { files: Files; processes: Processes; locks: Locks; paths: Host['paths'] };

const stateLockPath = (paths: Host['paths'], stateDir: string) => paths.join(stateDir, 'gateway.lock');
const configLockPath = (configPath: string) => `${configPath}.owner`;

/** The lock of a live gateway on this state directory; undefined when there is none, or its process is gone. */
export async function readLiveLock(
  { files, processes, paths }: Omit<LockHost, 'locks'>,
  stateDir: string,
): Promise<GatewayLock | undefined> {
  const lock = await readLock(files, stateLockPath(paths, stateDir)).catch(() => undefined);
  return lock && (await isLive(processes, lock)) ? lock : undefined;
}

/** The pid that the lock of a state directory names, whether or not that process can be verified from here; undefined without one. */
export async function lockedBy(
  { files, paths }: Pick<LockHost, 'files' | 'paths'>,
  stateDir: string,
): Promise<number | undefined> {
  return (await readLock(files, stateLockPath(paths, stateDir)).catch(() => undefined))?.pid;
}

/** The lock files of a state directory and a config whose process is gone; one whose pid is in use again is not told of. */
export async function staleLocks(
  { files, processes, paths }: Omit<LockHost, 'locks'>,
  stateDir: string,
  configPath: string,
): Promise<string[]> {
  const looked = await Promise.all(
    lockFiles(paths, stateDir, configPath).map(async (file) => {
      const lock = await readLock(files, file).catch(() => undefined);
      return lock && (await processes.info(lock.pid)) === undefined ? [file] : [];
    }),
  );
  return looked.flat();
}

/** Ownership of a state directory and a config file, until released. */
export interface Ownership {
  /** Makes known where the gateway listens. */
  publish(where: { port: number; host: string; token?: string }): Promise<void>;
  release(): Promise<void>;
}

/**
 * Claims a state directory and a config file for this process. Paths must be canonical. Locks of processes that are gone
 * are taken over. @throws Problem GATEWAY_ALREADY_RUNNING naming the owner.
 */
export async function claimInstance(
  host: LockHost,
  claim: { stateDir: string; configPath: string; version: string; now: number },
): Promise<Ownership> {
  const self = await host.processes.info(process.pid);
  const { stateDir, configPath, version } = claim;
  const startedAt = new Date(claim.now).toISOString();
  let lock: GatewayLock = { pid: process.pid, stamp: self?.stamp ?? 'unknown', stateDir, configPath, version, startedAt };
  const places = [
    { file: stateLockPath(host.paths, stateDir), by: 'state directory' as const },
    { file: configLockPath(configPath), by: 'config file' as const },
  ];
  const writeAll = async () => {
    for (const { file } of places) await host.files.write(file, `${JSON.stringify(lock, null, 2)}\n`, 0o600);
  };
  const release = async () => {
    for (const { file } of places) {
      const current = await readLock(host.files, file).catch(() => undefined);
      if (current?.pid === lock.pid && current.stamp === lock.stamp) await host.files.remove(file);
    }
  };

  await guarded(host, places, async () => {
    for (const { file, by } of places) {
      const holder = await readLock(host.files, file).catch(() => undefined);
      if (holder && holder.pid !== process.pid && (await isLive(host.processes, holder))) {
        const { pid, port } = holder;
        throw new Problem('GATEWAY_ALREADY_RUNNING', {
          stateDir: holder.stateDir,
          pid,
          by,
          ...(port === undefined ? {} : { port }),
        });
      }
    }
    await writeAll();
  });
  return {
    async publish(where) {
      lock = { ...lock, ...where };
      await writeAll();
    },
    release,
  };
}

// Both files are looked at and written under a short lock each, always in the same order, so that two gateways that start
// in the same moment cannot both find the place free.
async function guarded(host: LockHost, places: { file: string; by: string }[], body: () => Promise<void>): Promise<void> {
  const [first, ...rest] = [...places].sort((a, b) => (a.file < b.file ? -1 : 1));
  if (!first) return body();
  await host.locks.hold(`${first.file}.guard`, `the ${first.by}`, () => guarded(host, rest, body));
}

async function readLock(files: Files, file: string): Promise<GatewayLock | undefined> {
  const text = await files.read(file);
  if (text === undefined) return undefined;
  try {
    const lock = JSON.parse(text) as Partial<GatewayLock>;
    return typeof lock.pid === 'number' && typeof lock.stamp === 'string' ? (lock as GatewayLock) : undefined;
  } catch {
    // Not ours, or torn by a crash of the whole machine: nobody owns it.
    return undefined;
  }
}

async function isLive(processes: Processes, lock: GatewayLock): Promise<boolean> {
  const info = await processes.info(lock.pid);
  return info !== undefined && info.stamp === lock.stamp;
}
