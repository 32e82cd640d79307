import {
  descendantsOf,
  PIDS_VARIABLE,
  PROCESSES_SCRIPT,
  parseWin32Processes,
  powershell,
  systemProgram,
  type Win32Process,
} from '@polygate/core/windows';
import type { CommandOptions, CommandResult, ProcessInfo } from '../ports.ts';

type Ask = (argv: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

/** A process of Windows. It costs a start of PowerShell (about half a second), which all that is asked in one moment share. */
export function windowsInfo(ask: Ask): (pid: number) => Promise<ProcessInfo | undefined> {
  const look = together((pids) => win32Processes(ask, pids));
  let self: ProcessInfo | undefined;
  return async (pid) => {
    if (!exists(pid)) return undefined;
    // What is asked most, and never changes.
    if (pid === process.pid && self) return { ...self, ageMs: process.uptime() * 1000 };
    const found = (await look(pid)).find((one) => one.pid === pid);
    const info = found && asInfo(found);
    if (pid === process.pid) self = info;
    return info;
  };
}

/** Ends a process with all that it has started, and what those have, at once. */
export async function endWindowsTree(ask: Ask, target: { pid: number; stamp: string }): Promise<boolean> {
  const all = await win32Processes(ask, [target.pid]);
  const root = all.find(({ pid }) => pid === target.pid);
  if (root && root.startTicks !== target.stamp) return false;
  const left = root ? [target.pid] : descendantsOf(all, { pid: target.pid, startTicks: target.stamp }).map(({ pid }) => pid);
  for (const pid of left) await ask([systemProgram(process.env, 'taskkill'), '/F', '/T', '/PID', String(pid)]);
  return left.length > 0;
}

async function win32Processes(ask: Ask, pids: readonly number[]): Promise<Win32Process[]> {
  const env = { ...process.env, [PIDS_VARIABLE]: pids.join(',') };
  const { stdout } = await ask(powershell(process.env, PROCESSES_SCRIPT), { env });
  return parseWin32Processes(stdout);
}

const asInfo = ({ pid, ppid, startTicks, startedAt, command }: Win32Process): ProcessInfo => ({
  ...{ pid, ppid, command, uid: undefined, stamp: startTicks, ageMs: Math.max(0, Date.now() - startedAt) },
});

/** One look for all that ask before it begins. */
function together(look: (pids: readonly number[]) => Promise<Win32Process[]>): (pid: number) => Promise<Win32Process[]> {
  let next: { pids: Set<number>; answer: Promise<Win32Process[]> } | undefined;
  return (pid) => {
    if (!next) {
      const pids = new Set<number>();
      const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        next = undefined;
        return look([...pids]);
      });
      next = { pids, answer };
    }
    next.pids.add(pid);
    return next.answer;
  };
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is another account's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
