import { setTimeout as delay } from 'node:timers/promises';

const FIRST_MS = 1_000;
const MOST_MS = 60_000;

/** How long to wait after so many failures in a row: twice as long each time, up to a minute, not all at the same moment. */
export function backoffMs(failures: number, random: () => number): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(most * (0.5 + random() / 2));
}

/** Waits, or less where the signal is given meanwhile. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
