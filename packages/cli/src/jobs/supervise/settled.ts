import { EXIT, type ExitCode } from '@polygate/core';
import { exitCodeOf } from '@polygate/core/status';
import type { InstanceReport } from '@polygate/core/supervise';
import type { ControlConnection } from '@polygate/supervisor/control';

/** How long `--wait` waits, where nothing is said. */
export const DEFAULT_WAIT_MS = 120_000;

/** Nothing more will happen to it by itself soon: it is ready, was given up for now, or is not to run. */
export function isSettled({ ready, state, wanted, up }: InstanceReport): boolean {
  return ready.value || state === 'parked' || (!wanted.value && !up.value);
}

/** Waits until the instances of a supervisor have settled, or the time is over. Gives them as they are then. */
export async function untilSettled(
  connection: ControlConnection,
  ids: readonly string[],
  timeoutMs: number,
): Promise<InstanceReport[]> {
  let wake: () => void = () => undefined;
  let changed = false;
  let over = false;
  const ring = () => {
    changed = true;
    wake();
  };
  const timer = setTimeout(() => {
    over = true;
    ring();
  }, timeoutMs);
  void connection.closed.then(ring);
  await connection.events(ring);
  try {
    for (;;) {
      changed = false;
      const reports = (await connection.ask('list', {})).filter(({ id }) => ids.includes(id));
      if (over || reports.every(isSettled)) return reports;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (changed) resolve();
      });
    }
  } finally {
    clearTimeout(timer);
  }
}

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
