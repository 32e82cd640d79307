import { setTimeout as delay } from 'node:timers/promises';
import { openChallenged } from '@polygate/client';
import { gatewayUrl } from '@polygate/core';
import type { Prober } from './prober.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const CHALLENGE_MS = 3_000;

/** Asks for the gateway's challenge, ever more slowly, until it comes. False when aborted first. Needs no secret. */
async function untilChallenged(url: string, signal: AbortSignal): Promise<boolean> {
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

/** A prober that asks for the challenge until it comes, and no more after that. */
export const challengeProber: Prober = {
  watch({ target }, _, tell) {
    const ending = new AbortController();
    const probes = { startup: null, readiness: null, liveness: null };
    void untilChallenged(gatewayUrl(target.host, target.port), ending.signal).then((ready) => {
      if (ready && !ending.signal.aborted) tell({ type: 'ready', detail: 'it sent its challenge', probes });
    });
    return { close: () => ending.abort() };
  },
};
