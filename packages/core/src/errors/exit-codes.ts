/**
 * Exit codes of every command (sysexits.h where it has one). Scripts and service managers act on them,
 * so a number never changes its meaning.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  unknown: 4,
  unavailable: 69,
  tempFail: 75,
  noPermission: 77,
  config: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
