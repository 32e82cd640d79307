import type { ManagerView } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import type { Host } from '@polygate/host';
import { connectControl } from '../control/client.ts';
import type { SupervisorPlace } from '../control/place.ts';

/** What the supervisor of an account knows of its instances. */
export interface Seen {
  /** One runs, and said this itself. */
  runs: boolean;
  reports: readonly InstanceReport[];
}

/**
 * Asks the supervisor; where none runs, what the last one wrote down counts, as far as its processes are still there.
 * `saved` are the reports of the state file, undefined when there are none.
 */
export async function lookAtSupervisor(
  { processes, platform }: Pick<Host, 'processes' | 'platform'>,
  place: SupervisorPlace,
  saved: () => Promise<readonly InstanceReport[]>,
): Promise<Seen> {
  const connection = await connectControl(place.socket, { platform });
  if (connection) {
    try {
      return { runs: true, reports: await connection.ask('list', {}) };
    } finally {
      connection.close();
    }
  }
  const reports = await Promise.all(
    (await saved()).map(async (report) => {
      const alive = report.pid !== null && (await processes.info(report.pid))?.stamp === report.stamp;
      return alive ? report : { ...report, pid: null, up: { value: false, since: report.up.since } };
    }),
  );
  return { runs: false, reports };
}

/** The same as any manager's view. `enabled`: it is started with the machine. */
export function viewOf({ runs, reports }: Seen, id: string | undefined, enabled: boolean): ManagerView {
  const report = reports.find((one) => one.id === id);
  const last = report?.deaths.at(-1);
  const state = report === undefined ? 'stopped' : stateOf(report, runs);
  return {
    enabled,
    state,
    detail: [report?.state ?? 'down', ...(runs ? [] : ['no supervisor runs'])].join(', '),
    pid: report?.pid ?? undefined,
    lastExitStatus: last?.code ?? undefined,
    restarts: report?.restarts ?? 0,
    gaveUp: report?.state === 'parked',
    lastRunMs: last?.uptimeMs,
    startedMs: report?.up.value ? report.up.since : last && last.at - last.uptimeMs,
  };
}

function stateOf({ state, pid, wanted, ready }: InstanceReport, runs: boolean): ManagerView['state'] {
  if (pid !== null) {
    if (runs && !wanted.value) return 'stopping';
    return ready.value || !runs ? 'running' : 'starting';
  }
  if (state === 'parked' || state === 'ended') return runs ? 'failed' : 'stopped';
  return runs && wanted.value ? 'starting' : 'stopped';
}
