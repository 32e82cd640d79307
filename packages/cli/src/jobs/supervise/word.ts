import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CHANNEL_FD } from './succession.ts';

/** In the environment of a supervisor that reads its settings while whoever started it still looks whether it may begin. */
export const AWAITS_WORD = 'POLYGATE_AWAITS_WORD';

/**
 * For the supervisor: whether it may begin, as soon as that is known. Undefined where nobody has to say so. A starter that is
 * gone has not said it. Takes what it was told by out of the environment.
 */
export function wordOf(env: NodeJS.ProcessEnv): Promise<boolean> | undefined {
  const awaits = env[AWAITS_WORD] !== undefined;
  delete env[AWAITS_WORD];
  if (!awaits) return undefined;
  const channel = new Socket({ fd: CHANNEL_FD, readable: true, writable: false });
  return new Promise((resolve) => {
    channel.once('data', () => {
      resolve(true);
      channel.destroy();
    });
    for (const event of ['error', 'close'] as const) channel.once(event, () => resolve(false));
  });
}

/** For the starter: gives the word. */
export function giveWord(channel: Duplex): void {
  channel.on('error', () => undefined);
  channel.end('go\n');
}
