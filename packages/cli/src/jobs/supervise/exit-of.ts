import { EXIT, type ExitCode } from '@polygate/core';
import { exitCodeOf } from '@polygate/core/status';
import type { InstanceReport } from '@polygate/core/supervise';

/** From the one that mends itself to the one that needs somebody. */
const RANK: readonly ExitCode[] = [
  EXIT.tempFail,
  EXIT.unknown,
  EXIT.notRunning,
  EXIT.noPermission,
  EXIT.unavailable,
  EXIT.config,
];

/** Exit code for several instances: 0 only when all are healthy, else that of the worst. */
export function exitOfAll(reports: readonly InstanceReport[]): ExitCode {
  return worstExit(reports.map(reportExit));
}

/** 0 only when all are, else the worst of them. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce<ExitCode>((a, b) => (RANK.indexOf(b) > RANK.indexOf(a) ? b : a), EXIT.ok);
}

/** That of an instance: parked by a fatal configuration is 78, as everywhere. */
export function reportExit({ verdict, deaths, state }: InstanceReport): ExitCode {
  return state === 'parked' && deaths.at(-1)?.code === EXIT.config ? EXIT.config : exitCodeOf(verdict);
}
