/** What /proc/PID/stat tells about a process (proc(5)). */
export interface ProcStat {
  pid: number;
  /** Name of the executable, 15 characters at most. */
  comm: string;
  state: string;
  ppid: number;
  pgrp: number;
  /** Start time in clock ticks after boot: with the pid, it names one process for as long as the system is up. */
  startTicks: string;
}

/** Parses /proc/PID/stat. The name stands in parentheses and may itself hold blanks and parentheses. */
export function parseProcStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const [state, ppid, pgrp, ...rest] = text.slice(close + 2).split(' ');
  // Field 22 of the file; rest[0] is field 6.
  const startTicks = rest[16];
  if (!state || !ppid || !pgrp || !startTicks) return undefined;
  return {
    pid: Number.parseInt(text, 10),
    comm: text.slice(open + 1, close),
    state,
    ppid: Number(ppid),
    pgrp: Number(pgrp),
    startTicks,
  };
}
