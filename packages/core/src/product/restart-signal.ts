import type { ProductPack } from '../gen/product-pack.gen.ts';
import { ofVersion } from './version-range.ts';

export type RestartSignal = 'SIGUSR1' | 'SIGUSR2';

/**
 * The signal on which a gateway of this version restarts in place, keeping its process; undefined where none is known, and then
 * it is ended and started anew. It must never be guessed: on the newest generation SIGUSR1 opens a debugger port, and on the
 * older ones SIGUSR2 ends the launcher and leaves the gateway behind.
 */
export const restartSignal = ({ supervise }: ProductPack, version: string | undefined): RestartSignal | undefined =>
  ofVersion(supervise?.restartSignals, version)?.signal;
