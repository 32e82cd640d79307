import { readFileSync, realpathSync } from 'node:fs';
import type { InstanceSpec, SavedInstance } from '@polygate/core/supervise';
import type { Processes } from '@polygate/host';
import type { Marked } from './marked.ts';

/** A process of an earlier supervisor that is taken over. */
export interface Found {
  pid: number;
  stamp: string;
  startedAt: number;
}

interface Search {
  spec: InstanceSpec;
  saved: SavedInstance | undefined;
  /** Those that carry this instance's marker. */
  marked: readonly Marked[];
  processes: Processes;
  now: number;
}

/**
 * The process of an instance: the one that the state file names, if that pid is still the same process, else the one that
 * carries its markers. A pid that somebody else has got meanwhile has another stamp, and no marker.
 */
export async function findProcess({ spec, saved, marked, processes, now }: Search): Promise<Found | undefined> {
  const take = async (pid: number, stamp?: string | null): Promise<Found | undefined> => {
    const info = await processes.info(pid);
    if (!info || (stamp !== undefined && info.stamp !== stamp)) return undefined;
    return { pid, stamp: info.stamp, startedAt: Math.round(now - info.ageMs) };
  };
  const known = saved && saved.pid !== null && saved.stamp !== null ? await take(saved.pid, saved.stamp) : undefined;
  if (known) return known;
  const ids = new Set(marked.map(({ pid }) => pid));
  const leaders = marked
    .filter(({ pid, pgrp, ppid }) => pid === pgrp && !ids.has(ppid))
    .sort((a, b) => a.startTicks - b.startTicks);
  // Children of a gateway may lead groups of their own and outlive it. With a dead process on record, only one that runs the
  // gateway's own program can be its successor.
  const leader = leaders.find(({ pid }) => runs(pid, spec)) ?? (saved?.pid == null ? leaders[0] : undefined);
  return leader ? take(leader.pid) : undefined;
}

/** Whether a process runs the program of an instance, by its arguments or its executable. */
function runs(pid: number, { argv }: InstanceSpec): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const [program = '', ...rest] = argv;
    // A script has its interpreter in front.
    if (rest.every((arg, i) => args.at(i - rest.length) === arg) && args.length > rest.length) return true;
    return realpathSync(`/proc/${pid}/exe`) === realpathSync(program);
  } catch {
    return false;
  }
}
