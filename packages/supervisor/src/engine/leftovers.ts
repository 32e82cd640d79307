import type { Processes } from '@polygate/host';
import type { Sweeper } from '../adopt/sweeper.ts';
import { signalGroup, untilGone } from './groups.ts';

export interface Leftovers {
  /** Until this is undefined, something is still being ended, and no successor may start. */
  readonly pending: Promise<void> | undefined;
  /**
   * Ends what is left of the process group of a child that has ended, and (`deep`) what carries the instance's marker. Where
   * nothing is left of the group, as usual, and not deep, it is done at once.
   */
  end(group: number | undefined, deep: boolean, ended?: { pid: number; stamp: string | null }): void;
}

export interface LeftoversOptions {
  id: string;
  sweeper: Sweeper;
  processes: Pick<Processes, 'endTree'>;
  /** What was killed, in words; undefined: there was nothing. */
  done(killed: string | undefined): void;
}

interface Work {
  group: number | undefined;
  deep: boolean;
  ended: { pid: number; stamp: string | null } | undefined;
}

/** What processes of one instance leave behind, and would keep its port. */
export function leftoversOf({ id, sweeper, processes, done }: LeftoversOptions): Leftovers {
  let pending: Promise<void> | undefined;
  const work = async ({ group, deep, ended }: Work, before: Promise<void> | undefined) => {
    await before;
    if (group !== undefined) await untilGone(() => signalGroup(group, 0));
    const swept = deep ? await sweeper.sweep(id) : [];
    const { pid = 0, stamp = null } = ended ?? {};
    const hadChildren = deep && stamp !== null && (await processes.endTree?.({ pid, stamp })) === true;
    const parts = [
      ...(hadChildren ? ['what it had started'] : []),
      ...(group === undefined ? [] : ['what was left of its process group']),
      ...(swept.length === 0 ? [] : [`what had left the group (pid ${swept.join(', ')})`]),
    ];
    return parts.length === 0 ? undefined : `killed ${parts.join(' and ')}`;
  };
  return {
    get pending() {
      return pending;
    },
    end(group, deep, ended) {
      // The number of a dead child's group is nobody else's until the last of it has gone.
      const left = group !== undefined && signalGroup(group, 'SIGKILL');
      if (!left && !deep) return;
      const mine: Promise<void> = work({ group: left ? group : undefined, deep, ended }, pending).then((killed) => {
        if (pending === mine) pending = undefined;
        done(killed);
      });
      pending = mine;
    },
  };
}
