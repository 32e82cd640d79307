import { readdirSync, readFileSync } from 'node:fs';
import { parseProcStat } from '@polygate/core';

const EVERY_MS = 5_000;

export interface MemoryWatch {
  /** Told at each look that finds the group above its limit. Gives the way to stop. */
  watch(pid: number, maxBytes: number, above: (bytes: number) => void): () => void;
}

/**
 * Looks every few seconds at what process groups have in memory (Linux). Nothing runs while nobody asks for it, and one look at
 * /proc serves all.
 */
export function createMemoryWatch(
  look: () => ReadonlyMap<number, number> = groupMemory,
  everyMs: number = EVERY_MS,
): MemoryWatch {
  const watched = new Set<{ pid: number; maxBytes: number; above: (bytes: number) => void }>();
  let timer: NodeJS.Timeout | undefined;
  const check = () => {
    const groups = look();
    for (const { pid, maxBytes, above } of [...watched]) {
      const bytes = groups.get(pid) ?? 0;
      if (bytes > maxBytes) above(bytes);
    }
  };
  return {
    watch(pid, maxBytes, above) {
      const one = { pid, maxBytes, above };
      watched.add(one);
      timer ??= setInterval(check, everyMs);
      return () => {
        watched.delete(one);
        if (watched.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

/** It can be seen how much memory a group of processes has. */
export const canSeeMemory = (platform: NodeJS.Platform = process.platform): boolean => platform === 'linux';

/**
 * Resident bytes of every process group. VmRSS of /proc/PID/status: `stat` counts pages, whose size Node does not tell. Shared
 * pages count for each process that has them, as they do for the kernel's own choice of whom to end.
 */
export function groupMemory(): Map<number, number> {
  const groups = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const group = parseProcStat(readFileSync(`/proc/${name}/stat`, 'utf8'))?.pgrp;
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      if (group !== undefined && kilobytes !== undefined) {
        groups.set(group, (groups.get(group) ?? 0) + Number(kilobytes) * 1024);
      }
    } catch {
      // It ended while one looked.
    }
  }
  return groups;
}
