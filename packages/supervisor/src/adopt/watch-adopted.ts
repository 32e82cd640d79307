import type { Processes } from '@polygate/host';
import { signalProcess } from '../engine/groups.ts';

const PERIOD_MS = 1_000;
/** Each time it is asked whether the pid is there; every so often whether it is still the same process. */
const CHECKED_EVERY = 5;
/** A closed connection comes a moment before the end of its process. */
const SOON_MS = [0, 5, 25, 100];

export interface AdoptedWatch {
  add(pid: number, stamp: string, gone: () => void): void;
  /** It may have ended just now. */
  look(pid: number): void;
  close(): void;
}

/** Notices the end of processes that are not children of this one. */
export function watchAdopted(processes: Processes): AdoptedWatch {
  const watched = new Map<number, { stamp: string; gone: () => void }>();
  let timer: NodeJS.Timeout | undefined;
  let round = 0;
  const end = (pid: number) => {
    const entry = watched.get(pid);
    watched.delete(pid);
    if (watched.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    entry?.gone();
  };
  const check = async (pid: number) => {
    const entry = watched.get(pid);
    if (!entry) return;
    const info = await processes.info(pid);
    if (info?.stamp !== entry.stamp && watched.get(pid) === entry) end(pid);
  };
  return {
    add(pid, stamp, gone) {
      watched.set(pid, { stamp, gone });
      timer ??= setInterval(() => {
        round += 1;
        for (const one of [...watched.keys()]) {
          if (!signalProcess(one, 0)) end(one);
          else if (round % CHECKED_EVERY === 0) void check(one);
        }
      }, PERIOD_MS);
    },
    look(pid) {
      for (const ms of SOON_MS) setTimeout(() => void check(pid), ms).unref();
    },
    close() {
      clearInterval(timer);
      watched.clear();
    },
  };
}
