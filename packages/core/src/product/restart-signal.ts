import { ofVersion } from './version-range.ts';

export type RestartSignal = 'SIGUSR1' | 'SIGUSR2';

/** A span of versions that restart in place on a signal; part of a product pack. */
export interface RestartSignalSpan {
  from: string;
  /** Left out: every later one. */
  to?: string | undefined;
  signal: RestartSignal;
  /** Key of its config that has to be true, else the signal is ignored. */
  needs?: string | undefined;
}

/** The gateway that Polygate ships, of the version that is given. */
export const referenceRestarts = (version: string): RestartSignalSpan[] => [
  { from: version, to: version, signal: 'SIGUSR1', needs: 'commands.restart' },
];

/**
 * The signal on which a gateway of this version restarts in place, keeping its process; undefined where none is known, and then
 * it is ended and started anew. It must never be guessed: on the newest generation SIGUSR1 opens a debugger port, and on the
 * older ones SIGUSR2 ends the launcher and leaves the gateway behind.
 */
export const restartSignal = (
  spans: readonly RestartSignalSpan[] | undefined,
  version: string | undefined,
): RestartSignalSpan | undefined => ofVersion(spans, version);
