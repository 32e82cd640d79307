import type { Sweeper } from '../adopt/sweeper.ts';
import { signalGroup, untilGone } from './groups.ts';

export interface Leftovers {
  /** Until this is undefined, something is still being ended, and no successor may start. */
  readonly pending: Promise<void> | undefined;
  /**
   * Ends what is left of the process group of a child that has ended, and (`deep`) what carries the instance's marker. Where
   * nothing is left of the group, as usual, and not deep, it is done at once.
   */
  end(group: number | undefined, deep: boolean): void;
}

export interface LeftoversOptions {
  id: string;
  sweeper: Sweeper;
  /** What was killed, in words; undefined: there was nothing. */
  done(killed: string | undefined): void;
}

/** What processes of one instance leave behind, and would keep its port. */
export function leftoversOf({ id, sweeper, done }: LeftoversOptions): Leftovers {
  let pending: Promise<void> | undefined;
  const work = async (group: number | undefined, deep: boolean, before: Promise<void> | undefined) => {
    await before;
    if (group !== undefined) await untilGone(() => signalGroup(group, 0));
    const swept = deep ? await sweeper.sweep(id) : [];
    const parts = [
      ...(group === undefined ? [] : ['what was left of its process group']),
      ...(swept.length === 0 ? [] : [`what had left the group (pid ${swept.join(', ')})`]),
    ];
    return parts.length === 0 ? undefined : `killed ${parts.join(' and ')}`;
  };
  return {
    get pending() {
      return pending;
    },
    end(group, deep) {
      // The number of a dead child's group is nobody else's until the last of it has gone.
      const left = group !== undefined && signalGroup(group, 'SIGKILL');
      if (!left && !deep) return;
      const mine: Promise<void> = work(left ? group : undefined, deep, pending).then((killed) => {
        if (pending === mine) pending = undefined;
        done(killed);
      });
      pending = mine;
    },
  };
}
