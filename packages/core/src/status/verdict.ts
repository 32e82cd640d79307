import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import type { ProbeReport } from './probe.ts';

/** The one word that sums up an instance. */
export const VERDICTS = [
  'healthy',
  'starting',
  'degraded',
  'unresponsive',
  'unauthorized',
  'wrong-instance',
  'port-foreign',
  'crash-looping',
  'parked',
  'stopped',
  'not-installed',
  'misconfigured',
  'unknown',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** running · starting · stopping · stopped · failed, from the manager's own states. */
export const MANAGER_STATES = ['running', 'starting', 'stopping', 'stopped', 'failed', 'unknown'] as const;

/** What the manager says about the service. Not mixed with whether the gateway answers. */
export interface ManagerView {
  /** It starts by itself at boot or login. */
  enabled: boolean;
  state: (typeof MANAGER_STATES)[number];
  /** The manager's own words (systemd: ActiveState/SubState). */
  detail: string;
  pid: number | undefined;
  /** Exit status of the last run, when it ended by itself. */
  lastExitStatus: number | undefined;
  restarts: number;
  /** It will not be started again: too many starts in too short a time. */
  gaveUp: boolean;
  /** How long the last run took that ended, where the manager tells. */
  lastRunMs: number | undefined;
  /** Why the manager starts it for nobody: it cannot read the definition, or somebody forbade it. */
  obstacle?: 'bad-definition' | 'masked' | undefined;
  /** What the manager finds wrong with a definition that it cannot read. */
  why?: string | undefined;
  /** The command that lifts the obstacle, where the manager has one. */
  remedy?: string | undefined;
  /** When its present run began, or its last one (milliseconds since 1970), where the manager tells. */
  startedMs?: number | undefined;
  /** It knows an older definition than there is on disk. */
  needsReload?: boolean;
  /** It has the service in memory, where that is another thing than starting it by itself (launchd). */
  loaded?: boolean;
  /** Why the manager could not even start the program, in its words. */
  cannotStart?: string | undefined;
  /** Why the program ended for good with success, as it wrote it down for a manager that knows no such status. */
  parked?: string | undefined;
}

/** Five facts, gathered side by side and kept apart. */
export interface StatusFacts {
  /** Problems of the config file; undefined when there is no file. */
  configErrors: number | undefined;
  /** A definition exists. */
  installed: boolean;
  /** undefined when no manager could be asked. */
  manager: ManagerView | undefined;
  /** A live, verified process of this instance, with its age; undefined when there is none. */
  process: { pid: number; ageMs: number | undefined } | undefined;
  /** Who listens on the base port: nobody, this instance's process, or somebody else; undefined when it cannot be seen. */
  portOwner: 'nobody' | 'ours' | 'other' | undefined;
  /** undefined when the probe was skipped. */
  probe: ProbeReport | undefined;
  /** The address that --url named: then what is local does not count. */
  address?: string | undefined;
  /** Why the definition that is there cannot be read. */
  unreadable?: string | undefined;
  /** Nothing is where the state directory should be. */
  stateDirGone?: boolean;
  /** Its own process answers, and holds no lock in the state directory that is there now. */
  detached?: boolean;
  /** The config file has all that a start needs. */
  configReady?: boolean;
}

export interface Judgement {
  verdict: Verdict;
  exitCode: ExitCode;
  /** One line: what the verdict rests on. */
  reason: string;
}

/** A process younger than this that does not listen yet is starting, not hung. */
export const STARTUP_BUDGET_MS = 60_000;
const LOOP_RESTARTS = 3;

/** Pure: from the facts to the verdict. A live, verified process outranks a missing definition. */
export function judge(facts: StatusFacts): Judgement {
  const { probe, address } = facts;
  if (address !== undefined) return fromAddress(address, probe);
  if (probe && !isClosed(facts, probe)) return fromAnswer(facts, probe);
  if (!probe && facts.portOwner === 'ours')
    return verdict('unknown', 'it listens on its port; it was not asked whether it answers');
  if (!probe && facts.portOwner === 'other') return verdict('port-foreign', 'another process listens on its port');
  return fromSilence(facts);
}

/** Nobody took the connection. Windows takes about two seconds to say so of a port where nobody listens, and a busy machine longer. */
const isClosed = ({ portOwner }: StatusFacts, { outcome, rungs }: ProbeReport): boolean =>
  outcome === 'closed' || (outcome === 'silent' && portOwner === 'nobody' && rungs.every(({ ok }) => !ok));

/** With --url the gateway may be any: the probe alone tells. */
function fromAddress(address: string, probe: ProbeReport | undefined): Judgement {
  if (!probe) return verdict('unknown', `the gateway at ${address} was not asked`);
  const said = probe.reason ?? probe.outcome;
  switch (probe.outcome) {
    case 'ok':
      return verdict('healthy', `the gateway at ${address} answers as it should`);
    case 'closed':
      return verdict('stopped', `nothing listens at ${address}`);
    case 'unauthorized':
    case 'starting':
    case 'wrong-instance':
      return verdict(probe.outcome, said);
    case 'protocol':
    case 'rpc-failed':
      return verdict('degraded', said);
    case 'not-a-gateway':
      return verdict('port-foreign', said);
    case 'silent':
      return verdict('unresponsive', said);
  }
}

/** What answers has lost what it stands on, whatever it says. */
const GONE = 'a gateway runs on its port, and its state directory is gone';
const REPLACED = 'its state directory was replaced under it, or its lock taken away: it does not own what is there';

function fromAnswer(facts: StatusFacts, { outcome, reason }: ProbeReport): Judgement {
  const said = reason ?? outcome;
  const ours = facts.portOwner === 'ours' || facts.process !== undefined || facts.manager?.state === 'running';
  if (facts.stateDirGone && (outcome === 'ok' || outcome === 'unauthorized')) return verdict('degraded', GONE);
  switch (outcome) {
    case 'ok':
      if (facts.detached) return verdict('degraded', `it answers, but ${REPLACED}`);
      return (facts.configErrors ?? 0) > 0
        ? verdict('degraded', 'it answers, but its config file has errors: it would not start again')
        : verdict('healthy', 'it answers as it should');
    case 'unauthorized':
      // The secret could not be read from a broken file: that is what is wrong, not the secret.
      return (facts.configErrors ?? 0) > 0
        ? verdict(
            'degraded',
            'it runs, but its config file has errors: the secret in it cannot be read, and it would not start again',
          )
        : verdict('unauthorized', facts.detached ? `${said}; ${REPLACED}` : said);
    case 'starting':
      return verdict('starting', said);
    case 'wrong-instance':
      return verdict('wrong-instance', said);
    case 'protocol':
    case 'rpc-failed':
      return verdict('degraded', said);
    case 'not-a-gateway':
      return facts.portOwner === 'ours' ? verdict('unresponsive', said) : verdict('port-foreign', said);
    default:
      if (!ours || facts.portOwner === 'other') return verdict('port-foreign', said);
      return isYoung(facts) ? verdict('starting', said) : verdict('unresponsive', said);
  }
}

function fromSilence(facts: StatusFacts): Judgement {
  const { manager, process } = facts;
  if (!process && manager?.state !== 'running' && manager?.obstacle === 'bad-definition')
    return verdict(
      'misconfigured',
      manager.needsReload
        ? 'its service manager cannot read its definition as it was; it was changed since'
        : `its service manager cannot read its definition: ${manager.why ?? 'it has a bad setting'}`,
    );
  if (facts.stateDirGone && facts.installed && !process && manager?.state !== 'running')
    return verdict('misconfigured', 'its state directory is gone: nothing can be started there');
  if (manager?.state === 'failed') return fromFailure(facts, manager);
  if (manager?.state === 'starting') {
    return loops(manager)
      ? verdict('crash-looping', `the manager has restarted it ${manager.restarts} times${runTime(manager)}`)
      : verdict('starting', manager.cannotStart ?? `the manager is starting it (${manager.detail})`);
  }
  if (process || manager?.state === 'running') {
    return isYoung(facts)
      ? verdict('starting', 'the process runs and does not listen yet')
      : verdict('unresponsive', 'the process runs and does not listen on its port');
  }
  if ((facts.configErrors ?? 0) > 0) return verdict('misconfigured', 'its config file has errors');
  if (facts.portOwner === undefined && manager === undefined)
    return verdict('unknown', 'neither the port nor a manager could be asked');
  if (facts.unreadable !== undefined)
    return verdict('misconfigured', `nothing runs, and its definition is out of reach: ${facts.unreadable}`);
  if (manager?.obstacle === 'masked') return verdict('stopped', 'nothing runs, and its service is masked: nobody can start it');
  return facts.installed
    ? verdict('stopped', 'nothing runs')
    : verdict('not-installed', 'nothing runs and no service is installed');
}

function fromFailure(facts: StatusFacts, manager: ManagerView): Judgement {
  if (manager.lastExitStatus === EXIT.config && manager.cannotStart === undefined) {
    const why = manager.parked === undefined ? '' : `: ${manager.parked}`;
    const now = facts.configReady ? '; its config file has nothing wrong with it now' : '';
    return {
      ...verdict('parked', `it ended with a fatal configuration error (78) and is not started again${why}${now}`),
      exitCode: EXIT.config,
    };
  }
  if ((facts.configErrors ?? 0) > 0) return verdict('misconfigured', 'its config file has errors');
  return manager.gaveUp
    ? verdict('crash-looping', manager.cannotStart ?? `the manager gave up on it (${manager.detail})${runTime(manager)}`)
    : verdict('stopped', manager.cannotStart ?? `nothing runs, and its last run did not end well (${manager.detail})`);
}

/** Restarts are counted over a service's whole life: three in a year of good service are no loop. */
function loops({ restarts, lastRunMs }: ManagerView): boolean {
  return restarts >= LOOP_RESTARTS && (lastRunMs === undefined || lastRunMs < STARTUP_BUDGET_MS);
}

const runTime = ({ lastRunMs }: ManagerView) =>
  lastRunMs === undefined ? '' : `; its last run took ${(lastRunMs / 1000).toFixed(1)} s`;

function isYoung({ process, probe }: StatusFacts): boolean {
  const uptime = process?.ageMs ?? probe?.server?.uptimeMs;
  return uptime !== undefined && uptime < STARTUP_BUDGET_MS;
}

const EXIT_OF: Record<Verdict, ExitCode> = {
  healthy: EXIT.ok,
  starting: EXIT.tempFail,
  degraded: EXIT.unavailable,
  unresponsive: EXIT.unavailable,
  unauthorized: EXIT.noPermission,
  'wrong-instance': EXIT.unavailable,
  'port-foreign': EXIT.unavailable,
  'crash-looping': EXIT.unavailable,
  parked: EXIT.unavailable,
  stopped: EXIT.notRunning,
  'not-installed': EXIT.notRunning,
  misconfigured: EXIT.config,
  unknown: EXIT.unknown,
};

/** Exit code of a command that tells how an instance is. */
export const exitCodeOf = (verdict: Verdict): ExitCode => EXIT_OF[verdict];

const verdict = (word: Verdict, reason: string): Judgement => ({ verdict: word, exitCode: EXIT_OF[word], reason });
