import { readdirSync, readFileSync } from 'node:fs';
import { parseProcStat } from '@polygate/core';

/** Which instance a process belongs to, and whose supervisor's folder it is of. Inherited by all that it starts. */
export const MARKER = { id: 'POLYGATE_SUPERVISED', folder: 'POLYGATE_SUPERVISOR' } as const;

/** A process that carries the markers of a supervisor's folder. */
export interface Marked {
  pid: number;
  ppid: number;
  pgrp: number;
  /** Start in clock ticks after boot: the older one has the smaller. */
  startTicks: number;
  id: string;
}

/** Every live process of this account with the markers of this folder, but this one. Linux; empty elsewhere. */
export function findMarked(folder: string): Marked[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      // Of another account it may not be read.
      const env = `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
      if (!env.includes(`\0${MARKER.folder}=${folder}\0`)) return [];
      const id = new RegExp(`\\0${MARKER.id}=([^\\0]*)\\0`).exec(env)?.[1];
      const stat = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      if (id === undefined || !stat || stat.state === 'Z' || stat.state === 'X') return [];
      return [{ pid, ppid: stat.ppid, pgrp: stat.pgrp, startTicks: Number(stat.startTicks), id }];
    } catch {
      return [];
    }
  });
}
