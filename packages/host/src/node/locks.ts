import type { Locks, Processes } from '../ports.ts';
import type { LockOwners } from './lock-owner.ts';

/** Locks between processes. `staleMs` is how long an owner that cannot be looked up may be silent before it is taken over. */
export function nodeLocks(processes: Processes, { staleMs }: { staleMs?: number } = {}): Locks {
  let owners: LockOwners | undefined;
  return {
    async hold(target, what, body, waitMs) {
      // Loaded where something is changed: light commands lock nothing.
      const { holdLock, lockOwners } = await import('./hold-lock.ts');
      owners ??= lockOwners(processes);
      return holdLock(owners, { target, what, body, waitMs, staleMs });
    },
  };
}
