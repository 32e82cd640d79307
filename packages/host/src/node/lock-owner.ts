import { readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Processes } from '../ports.ts';

/** Who holds a lock, as it stands in the lock. */
export interface LockOwner {
  pid: number;
  /** Stamp of the process; null where this system gives none. */
  stamp: string | null;
  host: string;
  /** What a pid is counted in: two containers on one host have processes of the same number. */
  space: string;
}

/** unknown: it runs where this process cannot look (another machine or container), or nothing tells who it is. */
export type Life = 'alive' | 'dead' | 'unknown';

export interface LockOwners {
  self(): Promise<LockOwner>;
  /** Of the owner that a text names. */
  lifeOf(text: string): Promise<Life>;
  /** No process has this pid here. */
  isGone(pid: number): Promise<boolean>;
}

/** Knows this process as an owner, and whether another one still lives (docs/decisions/0008). */
export function lockOwners(processes: Processes): LockOwners {
  let me: Promise<LockOwner> | undefined;
  const self = () => {
    me ??= describeSelf(processes);
    return me;
  };
  return {
    self,
    isGone: async (pid) => (await processes.info(pid)) === undefined,
    async lifeOf(text) {
      const owner = parseOwner(text);
      const { stamp, host, space } = await self();
      if (!owner || stamp === null || owner.stamp === null) return 'unknown';
      if (owner.host !== host || owner.space !== space) return 'unknown';
      return (await processes.info(owner.pid))?.stamp === owner.stamp ? 'alive' : 'dead';
    },
  };
}

async function describeSelf(processes: Processes): Promise<LockOwner> {
  const [info, space] = await Promise.all([processes.info(process.pid), readlink('/proc/self/ns/pid').catch(() => '')]);
  return { pid: process.pid, stamp: info?.stamp ?? null, host: hostname(), space };
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const { pid, stamp, host, space } = JSON.parse(text) as Partial<LockOwner>;
    const texts = typeof host === 'string' && typeof space === 'string' && (typeof stamp === 'string' || stamp === null);
    return typeof pid === 'number' && texts ? { pid, stamp: stamp as string | null, host, space } : undefined;
  } catch {
    // Cut off by a power failure, or nobody's: what it says cannot be checked.
    return undefined;
  }
}
