import type { ManagerId } from './names.ts';

/**
 * Variables by which a manager that knows neither a file with secrets nor an exit status that means «not again» (launchd) is
 * made up for: a program of Polygate's reads the one, and goes by the other, itself. They are not handed on to what it starts.
 */
export const ENV_FILE_VARIABLE = 'POLYGATE_ENV_FILE';
export const PARKED_FILE_VARIABLE = 'POLYGATE_PARKED_FILE';

/** On Windows, which has no signals: once the file of this name is there, a guard ends what it runs, and itself. */
export const STOP_FILE_VARIABLE = 'POLYGATE_STOP_FILE';

/** Name of the file in the state directory that says why a service ended for good. */
export const PARKED_FILE = 'parked.json';

/** Why a service was ended with success though it failed: its manager starts everything else again. */
export interface Parked {
  /** Status with which it would have ended. */
  exitCode: number;
  reason: string;
  /** Milliseconds since 1970. */
  at: number;
}

export function renderParked(parked: Parked): string {
  return `${JSON.stringify({ version: 1, ...parked }, null, 2)}\n`;
}

/** undefined for what is no such file. */
export function parseParked(text: string): Parked | undefined {
  try {
    const { version, exitCode, reason, at } = JSON.parse(text) as Partial<Parked & { version: number }>;
    const isOne = version === 1 && typeof exitCode === 'number' && typeof reason === 'string' && typeof at === 'number';
    return isOne ? { exitCode, reason, at } : undefined;
  } catch {
    return undefined;
  }
}

/** A manager that starts again whatever ends, unless it ends with success. */
export const startsForEver = (manager: ManagerId): boolean =>
  manager === 'launchd-agent' || manager === 'launchd-daemon' || manager === 'winsw';

/** Where a program of others runs behind the guard: it knows no such end; and on Windows neither a signal nor a file with secrets. */
export const guardsOthers = (manager: ManagerId): boolean =>
  startsForEver(manager) || manager === 'task-scheduler' || manager === 'startup-folder';
