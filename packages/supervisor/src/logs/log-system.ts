import fs from 'node:fs';
import type { Processes } from '@polygate/host';
import { linuxWriters } from './linux-writers.ts';

/** A process that was started by us, for good: a reused pid has another stamp. */
export interface RunningChild {
  /** Of the child, and of its process group. */
  pid: number;
  stamp: string;
}

/** Who writes to a log, and how they are paused. */
export interface Writers {
  /**
   * Processes that may write to a log: the group, and whoever else has it open for writing, wherever it went. Those in `seen`
   * are passed over, and whoever was looked at is added to it.
   */
  find(log: string, group: number | undefined, seen: Set<number>): number[];
  /** Nothing of the process runs now: every thread is stopped, or it has ended. */
  isPaused(pid: number): boolean;
  /** Somebody stopped it (SIGSTOP, a debugger). */
  isStopped(pid: number): boolean;
}

/** What a rotation does to the machine. A test replaces it to see, and to be killed, at each step. */
export interface LogSystem {
  fs: Pick<
    typeof fs,
    | 'openSync'
    | 'closeSync'
    | 'readSync'
    | 'writeSync'
    | 'ftruncateSync'
    | 'fstatSync'
    | 'renameSync'
    | 'unlinkSync'
    | 'readdirSync'
    | 'chmodSync'
  >;
  /** undefined where nobody tells whether a process is stopped: there a log is turned over between two processes only. */
  writers: Writers | undefined;
  /** A negative pid is a group. What has ended is no error. */
  signal(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): void;
  isRunning(child: RunningChild): Promise<boolean>;
  /** Milliseconds, growing. */
  now(): number;
  /** Lets others have their turn. */
  breathe(): Promise<void>;
}

export function logSystem(processes: Processes, platform: NodeJS.Platform): LogSystem {
  return {
    fs,
    writers: platform === 'linux' ? linuxWriters : undefined,
    signal(pid, signal) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    },
    isRunning: async ({ pid, stamp }) => (await processes.info(pid))?.stamp === stamp,
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
