import { signalProcess, untilGone } from '../engine/groups.ts';
import { findMarked, type Marked } from './marked.ts';

export interface Sweeper {
  /** Kills everything that carries the marker of this instance; gives the pids. Never called while its process shall live. */
  sweep(id: string): Promise<number[]>;
}

/** One look at all processes serves everybody who asks before it begins: fifty instances that stop cost one. */
export function sweeper(folder: string): Sweeper {
  let look: Promise<Marked[]> | undefined;
  const lookSoon = () => {
    look ??= new Promise((resolve) => {
      setImmediate(() => {
        look = undefined;
        resolve(findMarked(folder));
      });
    });
    return look;
  };
  return {
    async sweep(id) {
      const left = (await lookSoon()).filter((marked) => marked.id === id).map(({ pid }) => pid);
      const killed = left.filter((pid) => signalProcess(pid, 'SIGKILL'));
      if (killed.length > 0) await untilGone(() => killed.some((pid) => signalProcess(pid, 0)));
      return killed;
    },
  };
}
