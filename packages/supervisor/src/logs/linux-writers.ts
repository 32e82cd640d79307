import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { parseProcStat } from '@polygate/core';
import type { Writers } from './log-system.ts';

const O_ACCMODE = 3;
const ENDED = new Set(['Z', 'X']);
const STOPPED = new Set(['T', 't']);

/** Linux: /proc tells who has a file open, and whether a thread runs. Processes of other accounts tell nothing and are passed over. */
export const linuxWriters: Writers = {
  find(log, group, seen) {
    const real = attempt(() => realpathSync(log));
    const found: number[] = [];
    for (const name of attempt(() => readdirSync('/proc')) ?? []) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid || seen.has(pid)) continue;
      seen.add(pid);
      const stat = statOf(String(pid));
      if (stat === undefined || ENDED.has(stat.state)) continue;
      if (stat.pgrp === group || (real !== undefined && writesTo(pid, real))) found.push(pid);
    }
    return found;
  },

  isPaused(pid) {
    return (attempt(() => readdirSync(`/proc/${pid}/task`)) ?? []).every((thread) => {
      const stat = statOf(`${pid}/task/${thread}`);
      if (stat === undefined || ENDED.has(stat.state) || STOPPED.has(stat.state)) return true;
      // Threads that the kernel keeps for io_uring take no signals: at rest they sleep.
      return stat.comm.startsWith('iou-') && stat.state === 'S';
    });
  },

  isStopped(pid) {
    const stat = statOf(String(pid));
    return stat !== undefined && STOPPED.has(stat.state);
  },
};

function writesTo(pid: number, file: string): boolean {
  return (attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []).some((fd) => {
    if (attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) !== file) return false;
    const flags = /^flags:\s+([0-7]+)/m.exec(attempt(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? '')?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_ACCMODE) !== 0;
  });
}

const statOf = (path: string) => {
  const text = attempt(() => readFileSync(`/proc/${path}/stat`, 'utf8'));
  return text === undefined ? undefined : parseProcStat(text);
};

/** What vanishes while one looks, or may not be looked at, reads as undefined. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
