import type { ManagerView } from '../status/verdict.ts';
import type { UnitProperties } from './systemctl-show.ts';
import { explainSystemdExit, explainSystemdResources } from './systemd-exit.ts';

const STATES: Record<string, ManagerView['state']> = {
  active: 'running',
  reloading: 'running',
  activating: 'starting',
  deactivating: 'stopping',
  inactive: 'stopped',
  failed: 'failed',
};
/** LoadState of a unit that systemd starts for nobody. */
const OBSTACLES: Record<string, ManagerView['obstacle']> = {
  'bad-setting': 'bad-definition',
  error: 'bad-definition',
  masked: 'masked',
};
/** ExecMainCode: 1 exited, 2 killed by a signal, 3 dumped core (waitid(2)). */
const EXITED = '1';

/** One moment on two clocks, in milliseconds: the one of the wall, and the one that systemd counts on (CLOCK_MONOTONIC). */
export interface Moment {
  realMs: number;
  monotonicMs: number;
}

/** What systemd says of a unit, from the properties of `systemctl show`; `now` turns its times into those of the wall. */
export function systemdView(properties: UnitProperties, now?: Moment): ManagerView {
  const { ActiveState = '', SubState = '', MainPID, ExecMainCode, ExecMainStatus, NRestarts, Result, UnitFileState } = properties;
  const { LoadState, NeedDaemonReload } = properties;
  const { ExecMainStartTimestampMonotonic: began, ExecMainExitTimestampMonotonic: ended } = properties;
  const pid = Number(MainPID ?? 0);
  const lastExitStatus = ExecMainCode === EXITED ? Number(ExecMainStatus) : undefined;
  const why = Result && Result !== 'success' ? `, ${Result}` : '';
  const detail = `${ActiveState}/${SubState}${why}`;
  const cannotStart =
    explainSystemdResources(detail) ?? (lastExitStatus === undefined ? undefined : explainSystemdExit(lastExitStatus));
  return {
    enabled: UnitFileState === 'enabled',
    state: STATES[ActiveState] ?? 'unknown',
    detail,
    ...(cannotStart === undefined ? {} : { cannotStart }),
    pid: pid > 0 ? pid : undefined,
    lastExitStatus,
    restarts: Number(NRestarts ?? 0),
    // A run that failed keeps its own result when the start limit is hit after it (seen in 252). A stop that took too long
    // ends as failed, too, and nothing was given up.
    gaveUp: ActiveState === 'failed' && Result !== 'timeout' && (Result === 'start-limit-hit' || Number(NRestarts ?? 0) > 0),
    obstacle: UnitFileState === 'masked' ? 'masked' : OBSTACLES[LoadState ?? ''],
    ...(NeedDaemonReload === 'yes' ? { needsReload: true } : {}),
    // Microseconds; 0 while it runs, or when it never ran.
    ...(now && Number(began) > 0 ? { startedMs: now.realMs - now.monotonicMs + Number(began) / 1000 } : {}),
    lastRunMs: began && ended && Number(ended) > 0 ? Math.max(0, Number(ended) - Number(began)) / 1000 : undefined,
  };
}
