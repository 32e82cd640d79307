import { constants } from 'node:os';
import type { ExitCode } from '@polygate/core';

/** How a process ended as a shell gives it: its exit code, or 128 and the number of the signal that ended it. */
export function shellCode(code: number | null, signal: string | null): ExitCode {
  // Whatever code the program chose: what asked for it wants that very one.
  return (code ?? (signal === null ? 0 : 128 + (constants.signals[signal as NodeJS.Signals] ?? 0))) as ExitCode;
}
