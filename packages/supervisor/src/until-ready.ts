import { setTimeout as delay } from 'node:timers/promises';
import { openChallenged } from '@polygate/client';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const CHALLENGE_MS = 3_000;

/** Asks for the gateway's challenge, ever more slowly, until it comes. False when aborted first. Needs no secret. */
export async function untilChallenged(url: string, signal: AbortSignal): Promise<boolean> {
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    try {
      const { socket } = await openChallenged(url, CHALLENGE_MS);
      socket.close();
      return !signal.aborted;
    } catch {
      // Whatever it is, it is not ready; what it is instead, status tells.
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
