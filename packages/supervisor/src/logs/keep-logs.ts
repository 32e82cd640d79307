import { statSync } from 'node:fs';
import type { InstanceReport, InstanceSpec, SupervisorEvent } from '@polygate/core/supervise';
import type { Fleet } from '../fleet.ts';
import type { LogSystem } from './log-system.ts';
import { type Rotation, rotate, turnOver } from './rotate.ts';

export interface LogKeeper {
  /** Before a child is started, while none writes: its log is turned over if it is large enough. Never throws: a start goes on. */
  beforeStart(id: string): void;
  /** Looks at all logs now; one at a time is turned over. Resolves when each that had to be is. */
  check(): Promise<void>;
  /** No turn begins any more; resolves when the one under way has ended. */
  close(): Promise<void>;
}

export interface KeepLogsOptions {
  system: LogSystem;
  /** What could not be done, once until it works again. */
  tell(event: SupervisorEvent): void;
  now(): number;
  everyMs?: number;
}

/** Sizes are looked at this often. */
const EVERY_MS = 2_000;
/** Tries before the next look, where a child does not come to rest in time (a machine under load). */
const AT_ONCE = 3;

/**
 * Turns the logs of a fleet over above their size. Asks for the specs at each look, so that a reload counts at once.
 * Children that are being stopped, and those that are not known to run, are left alone.
 */
export function keepLogs(
  fleet: Pick<Fleet, 'reports'>,
  specs: () => readonly Pick<InstanceSpec, 'id' | 'output'>[],
  options: KeepLogsOptions,
): LogKeeper {
  const { system, everyMs = EVERY_MS } = options;
  const troubled = new Map<string, string>();
  let closed = false;
  let underWay: Promise<void> | undefined;

  const trouble = (id: string, error: unknown): void => {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    if (troubled.get(id) === reason) return;
    troubled.set(id, reason);
    const message = `its log is not turned over: ${reason === 'ENOSPC' ? 'the disk is full' : reason}. It goes on as it is.`;
    options.tell({ at: options.now(), id, event: 'log-trouble', message, pid: null });
  };
  const check = async (): Promise<void> => {
    const large = specs().filter(isLarge);
    if (large.length === 0) return;
    for (const { id, output } of large) {
      const child = mayPause(reportOf(fleet, id));
      if (closed || child === undefined) continue;
      try {
        const stillMay = () => !closed && mayPause(reportOf(fleet, id))?.pid === child.pid;
        let outcome: Rotation = 'behind';
        for (let left = AT_ONCE; left > 0 && outcome === 'behind'; left -= 1) {
          outcome = await rotate(output, child, system, { mayPause: stillMay });
        }
        if (outcome === 'rotated') troubled.delete(id);
      } catch (error) {
        trouble(id, error);
      }
    }
  };
  const checkOnce = (): Promise<void> => {
    underWay ??= check().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const timer = setInterval(() => void checkOnce(), everyMs);
  timer.unref();

  return {
    beforeStart(id) {
      const spec = specs().find((each) => each.id === id);
      if (spec === undefined || !isLarge(spec)) return;
      try {
        turnOver(spec.output, system);
        troubled.delete(id);
      } catch (error) {
        trouble(id, error);
      }
    },
    check: checkOnce,
    async close() {
      closed = true;
      clearInterval(timer);
      await underWay;
    },
  };
}

const reportOf = (fleet: Pick<Fleet, 'reports'>, id: string) => fleet.reports().find((report) => report.id === id);

/** The process, when it runs, is known for good, and nobody is about to end it. */
function mayPause(report: InstanceReport | undefined): { pid: number; stamp: string } | undefined {
  if (!report?.up.value || !report.wanted.value || report.state === 'stopping') return undefined;
  const { pid, stamp } = report;
  return pid === null || stamp === null ? undefined : { pid, stamp };
}

/** On the spot: a look at a file takes less than handing it to another thread. */
function isLarge({ output }: Pick<InstanceSpec, 'output'>): boolean {
  if (output.maxBytes <= 0) return false;
  const found = statSync(output.path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size > output.maxBytes;
}
