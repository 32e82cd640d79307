import { listProc, readProc } from './procfs.ts';

/** What the processes of a group use together. */
export interface GroupUsage {
  /** User and system time so far. */
  cpuMs: number;
  /** Resident. What several processes share counts for each. */
  memoryBytes: number;
}

/** Clock ticks of /proc: USER_HZ is 100 on every architecture that Node runs on. */
const TICK_MS = 10;
/** Pages of /proc/PID/stat: 4 KiB but on a few kernels for arm64 and ppc64. */
const PAGE_BYTES = 4096;
// Fields of proc_pid_stat(5), counted behind the name in brackets, which may hold anything.
const [PGRP, UTIME, STIME, RSS] = [2, 11, 12, 21] as const;

/** Every process group of this machine by its id, in one pass over /proc; empty where there is none. */
export function groupUsage(): Map<number, GroupUsage> {
  const groups = new Map<number, GroupUsage>();
  for (const name of listProc('')) {
    const text = /^\d+$/.test(name) ? readProc(`${name}/stat`) : undefined;
    if (text === undefined) continue;
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [group, user, system, pages] = [PGRP, UTIME, STIME, RSS].map((at) => Number(fields[at])) as [
      number,
      number,
      number,
      number,
    ];
    const sum = groups.get(group) ?? { cpuMs: 0, memoryBytes: 0 };
    sum.cpuMs += (user + system) * TICK_MS;
    sum.memoryBytes += pages * PAGE_BYTES;
    groups.set(group, sum);
  }
  return groups;
}
