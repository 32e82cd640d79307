import type { StopSpec } from '@polygate/core/supervise';
import type { Host } from '@polygate/host';
import { signalGroup, signalProcess, untilGone } from '../engine/groups.ts';
import { findMarked } from './marked.ts';

const POLL_MS = 50;
const KILLED_WITHIN_MS = 2_000;

export interface Abandoned {
  id: string;
  /** The process that was written down; null: none was. */
  pid: number | null;
  stamp: string | null;
}

type Process = { pid: number; stamp: string };

/** Ids of the instances of which something runs with the markers of this folder. */
export const markedIds = (folder: string): string[] => [...new Set(findMarked(folder).map(({ id }) => id))];

/**
 * Ends what runs of an instance that no supervisor looks after now, as one would: its group is asked, has its time, and then what
 * is left of the group, and all that carries the instance's marker, is killed and told. Nothing is signalled but a process with
 * the stamp that was written down, or with the markers. `ask` is what stands for the signal where there are none. False when there was nothing, or it cannot be ended.
 */
export async function endAbandoned(
  host: Pick<Host, 'clock' | 'processes'>,
  folder: string,
  { id, pid, stamp, stop, ask }: Abandoned & { stop: StopSpec; ask: () => Promise<boolean> },
  tell: (line: string) => void,
): Promise<boolean> {
  const marked = () => findMarked(folder).filter((one) => one.id === id);
  const leaders = await leadersOf(host, marked(), { pid, stamp });
  const { processes } = host;
  if (processes.endTree) {
    const late = leaders.length > 0 && (await ask()) ? await untilEnded(host, leaders, stop.budgetMs) : leaders;
    for (const one of late) await processes.endTree(one);
    return leaders.length > 0 && (await untilEnded(host, leaders, KILLED_WITHIN_MS)).length === 0;
  }
  for (const leader of leaders) signalGroup(leader.pid, stop.signal);
  const late = await untilEnded(host, leaders, stop.budgetMs);
  for (const one of late) {
    tell(
      `${id} (pid ${one.pid}) did not end within ${stop.budgetMs / 1000} s of ${stop.signal}: it is killed, with its process group`,
    );
  }
  // The number of a group is nobody else's until the last of it has gone.
  const groups = leaders.map((leader) => leader.pid).filter((group) => signalGroup(group, 'SIGKILL'));
  const rest = marked()
    .map((one) => one.pid)
    .filter((one) => !leaders.some((leader) => leader.pid === one))
    .filter((one) => signalProcess(one, 'SIGKILL'));
  if (rest.length > 0) tell(`${id}: killed what it had left running (pid ${rest.join(', ')})`);
  else if (groups.length > late.length) tell(`${id}: killed what was left of its process group`);
  const isThere = () => groups.some((group) => signalGroup(group, 0)) || rest.some((one) => signalProcess(one, 0));
  await untilGone(isThere, KILLED_WITHIN_MS);
  return (leaders.length > 0 || rest.length > 0) && !isThere();
}

/** The process that was written down, while it is still itself; else those with markers that lead a group of their own. */
async function leadersOf(
  { processes }: Pick<Host, 'processes'>,
  marked: ReturnType<typeof findMarked>,
  recorded: Pick<Abandoned, 'pid' | 'stamp'>,
): Promise<Process[]> {
  const verified = async (pid: number, stamp?: string) => {
    const info = await processes.info(pid);
    return info && (stamp === undefined || info.stamp === stamp) ? [{ pid, stamp: info.stamp }] : [];
  };
  const { pid, stamp } = recorded;
  const known = pid !== null && stamp !== null ? await verified(pid, stamp) : [];
  if (known.length > 0) return known;
  const ids = new Set(marked.map((one) => one.pid));
  const leaders = marked.filter((one) => one.pid === one.pgrp && !ids.has(one.ppid));
  return (await Promise.all(leaders.map((one) => verified(one.pid)))).flat();
}

/** Gives those that are still there when the time is over. */
async function untilEnded({ processes, clock }: Pick<Host, 'clock' | 'processes'>, all: readonly Process[], boundMs: number) {
  const end = clock.now() + boundMs;
  for (let left = all; ; await clock.sleep(POLL_MS)) {
    const infos = await Promise.all(left.map(({ pid }) => processes.info(pid)));
    left = left.filter(({ stamp }, i) => infos[i]?.stamp === stamp);
    if (left.length === 0 || clock.now() >= end) return left;
  }
}
