/**
 * How a log that is being written is turned over, as decisions (pure). `<log>` stays the file that the child appends to; what it
 * held goes to `<log>.1`, what was there to `<log>.2` and so on. On the way the copy changes its name with what it is worth:
 *
 * - part:  being copied. Everything in it is still in the log.
 * - whole: all was copied, the child is paused, the log is about to be emptied, or was just now.
 * - done:  the log no longer holds it. It only lacks its number.
 */
export const LEFTOVERS = ['part', 'whole', 'done'] as const;
export type Leftover = (typeof LEFTOVERS)[number];

export const leftoverPath = (log: string, phase: Leftover): string => `${log}.1.${phase}`;
export const olderPath = (log: string, number: number): string => `${log}.${number}`;

const LINE_END = 10;

/** Where the last whole line ends; 0 when there is none. */
export const wholeLines = (bytes: Uint8Array): number => bytes.lastIndexOf(LINE_END) + 1;

/** Numbers of the older files among the names of a folder. */
export function olderNumbers(names: readonly string[], log: string): number[] {
  const numbers = names.flatMap((name) => {
    const rest = name.startsWith(`${log}.`) ? name.slice(log.length + 1) : '';
    return /^[1-9]\d{0,3}$/.test(rest) ? [Number(rest)] : [];
  });
  return numbers.sort((a, b) => a - b);
}

export interface Shift {
  /** Renamed in this order; each takes the place of what goes by the other number. */
  moves: { from: number; to: number }[];
  /** More than shall be kept. */
  drops: number[];
}

/**
 * Makes room at number 1. What is behind a gap stays where it is: so that a shift that was cut off half way is gone on with, not
 * done twice.
 */
export function shift(numbers: readonly number[], keep: number): Shift {
  const present = new Set(numbers);
  let gap = 1;
  while (present.has(gap) && gap < keep) gap += 1;
  const moves = Array.from({ length: gap - 1 }, (_, i) => ({ from: gap - 1 - i, to: gap - i }));
  return { moves, drops: numbers.filter((number) => number > keep) };
}

/** What a killed supervisor left, as far as it is needed to tell how far it came. */
export interface Interrupted {
  phase: Leftover;
  /** whole: the log begins with all of the copy. */
  logHoldsAll: boolean;
  /** whole: bytes behind the last whole line of the copy. */
  restBytes: number;
  /** whole: how many of these the log begins with. */
  restInLog: number;
  logBytes: number;
}

/**
 * What is done about it. discard: all of it is in the log · put-back: the log was emptied, and the beginning of its line belongs
 * there · cut: that is there already · finish: it only lacks its number.
 */
export type Settlement = 'discard' | 'put-back' | 'cut' | 'finish';

export function settleTurn({ phase, logHoldsAll, restBytes, restInLog, logBytes }: Interrupted): Settlement {
  if (phase === 'part') return 'discard';
  if (phase === 'done') return 'finish';
  if (logHoldsAll) return 'discard';
  if (restBytes === 0) return 'finish';
  if (restInLog === restBytes) return 'cut';
  // Somebody let the child go on: its line is in two files, and none of it is lost.
  return logBytes === restInLog ? 'put-back' : 'finish';
}
