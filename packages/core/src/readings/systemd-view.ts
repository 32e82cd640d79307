import type { ManagerView } from '../status/verdict.ts';
import type { UnitProperties } from './systemctl-show.ts';

const STATES: Record<string, ManagerView['state']> = {
  active: 'running',
  reloading: 'running',
  activating: 'starting',
  deactivating: 'stopping',
  inactive: 'stopped',
  failed: 'failed',
};
/** ExecMainCode: 1 exited, 2 killed by a signal, 3 dumped core (waitid(2)). */
const EXITED = '1';

/** What systemd says of a unit, from the properties of `systemctl show`. */
export function systemdView(properties: UnitProperties): ManagerView {
  const { ActiveState = '', SubState = '', MainPID, ExecMainCode, ExecMainStatus, NRestarts, Result, UnitFileState } = properties;
  const pid = Number(MainPID ?? 0);
  const why = Result && Result !== 'success' ? `, ${Result}` : '';
  return {
    enabled: UnitFileState === 'enabled',
    state: STATES[ActiveState] ?? 'unknown',
    detail: `${ActiveState}/${SubState}${why}`,
    pid: pid > 0 ? pid : undefined,
    lastExitStatus: ExecMainCode === EXITED ? Number(ExecMainStatus) : undefined,
    restarts: Number(NRestarts ?? 0),
  };
}
