import type { InstanceReport } from '@polygate/core/supervise';
import type { ControlConnection } from '@polygate/supervisor/control';

/** How long `--wait` waits, where nothing is said. */
export const DEFAULT_WAIT_MS = 120_000;

/** Nothing more will happen to it by itself soon: it is ready, was given up for now, refuses the secret, or is not to run. */
export function isSettled({ ready, state, wanted, up, verdict }: InstanceReport): boolean {
  return ready.value || state === 'parked' || verdict === 'unauthorized' || (!wanted.value && !up.value);
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
