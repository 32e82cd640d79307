import { EXIT } from '../errors/exit-codes.ts';
import type { Parked } from '../service/parking.ts';
import type { ManagerView } from '../status/verdict.ts';
import { type JobProperties, parseExitCode } from './launchctl-print.ts';

export interface JobSeen {
  /** undefined: launchd does not have it. */
  properties: JobProperties | undefined;
  /** There is a definition where launchd looks for one when it starts. */
  installed: boolean;
  disabled: boolean;
  /** Its program ends with success where only an edit helps, and writes down why. */
  parks: boolean;
  /** What it wrote down. */
  parked: Parked | undefined;
}

const STATES: Readonly<Record<string, ManagerView['state']>> = {
  running: 'running',
  spawning: 'starting',
  'spawn scheduled': 'starting',
  SIGTERMed: 'stopping',
  SIGKILLed: 'stopping',
};

/** What launchd says of a job. With a pid it runs, whatever else is said; loaded without one, it does not. */
export function launchdView({ properties, installed, disabled, parks, parked }: JobSeen): ManagerView {
  const enabled = installed && !disabled;
  const nothing = { pid: undefined, lastExitStatus: undefined, restarts: 0, gaveUp: false, lastRunMs: undefined };
  if (!properties)
    return { enabled, loaded: false, state: 'stopped', detail: disabled ? 'not loaded, disabled' : 'not loaded', ...nothing };
  const { state = '', pid, runs, 'last terminating signal': signal } = properties;
  const code = parseExitCode(properties['last exit code']);
  const known = STATES[state] ?? (pid === undefined ? undefined : 'running');
  const isParked = parked !== undefined && pid === undefined && code === EXIT.ok;
  const ended = isParked || (code !== undefined && code !== EXIT.ok) || signal !== undefined ? 'failed' : 'stopped';
  const why = signal === undefined ? properties['last exit code'] : signal;
  return {
    enabled,
    loaded: true,
    state: known ?? ended,
    detail: [state || 'loaded', ...(pid === undefined && why !== undefined ? [`last exit: ${why}`] : [])].join(', '),
    pid: pid === undefined ? undefined : Number(pid),
    lastExitStatus: isParked ? parked.exitCode : code,
    restarts: Math.max(0, Number(runs ?? 1) - 1),
    gaveUp: false,
    lastRunMs: undefined,
    ...(isParked ? { parked: parked.reason } : {}),
    ...(parks && !isParked && code === EXIT.config && pid === undefined ? { cannotStart: UNOPENED } : {}),
  };
}

/** From a program that parks, 78 is not its own: it is launchd's, of what comes before the program. */
const UNOPENED =
  'launchd could not start it (78: EX_CONFIG): its working directory or the files that it prints to are not there, or may not be opened';
