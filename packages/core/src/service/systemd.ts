import { type UnitEntry, type UnitFile, valueAt, valuesAt } from '../formats/systemd-unit.ts';
import {
  parseAssignments,
  parseExec,
  parseGlobPath,
  parsePlain,
  quoteAssignment,
  quoteExec,
  quoteGlobPath,
  quotePlain,
} from '../formats/systemd-values.ts';
import { type ServiceDefinition, USUAL_STOP_SECONDS } from './definition.ts';

const entries = (values: Record<string, string>): UnitEntry[] => Object.entries(values).map(([key, value]) => ({ key, value }));

/**
 * The policy of every unit that Polygate writes (systemd.service(5), systemd.kill(5)). Restart always, but not after exit
 * 78 (fatal configuration) and not for ever: ten starts in five minutes. mixed: SIGTERM to the gateway alone, SIGKILL
 * to all that is left, so no child keeps the port.
 */
const POLICY = {
  Restart: 'always',
  RestartSec: '2',
  RestartPreventExitStatus: '78',
  SuccessExitStatus: '143',
  KillMode: 'mixed',
  TimeoutStopSec: String(USUAL_STOP_SECONDS),
  UMask: '0077',
};

/**
 * What outlives it is left alone when it dies, and taken on by the next one: SIGKILL goes to nobody, and ending all of it in
 * good order is a command's, which may take as long as the slowest gateway does.
 */
const OUTLIVED = { ...POLICY, KillMode: 'process', TimeoutStopSec: '120' };

/**
 * A gateway that says when it is ready, and every so often that it is alive: one that hangs is ended and started again. By
 * SIGKILL: the default (SIGABRT) would leave its memory, secrets included, in a core dump. Node speaks through systemd-notify,
 * a child process: hence NotifyAccess=all.
 */
const NOTIFY = entries({ Type: 'notify', NotifyAccess: 'all', WatchdogSec: '60', WatchdogSignal: 'SIGKILL' });

/** What holds in every scope: flags of the process itself and system call filters (systemd.exec(5)). */
const HARDENING = entries({
  NoNewPrivileges: 'yes',
  LockPersonality: 'yes',
  RestrictRealtime: 'yes',
  RestrictSUIDSGID: 'yes',
  SystemCallArchitectures: 'native',
});

/** What a user's own manager takes and silently does nothing of; the system's does it. Node runs under all of it. */
const SYSTEM_HARDENING = entries({
  ProtectSystem: 'full',
  ProtectKernelTunables: 'yes',
  ProtectKernelModules: 'yes',
  ProtectKernelLogs: 'yes',
  ProtectControlGroups: 'yes',
  ProtectClock: 'yes',
  ProtectHostname: 'yes',
  CapabilityBoundingSet: '',
});

/** The unit of a user's own manager. */
export function userUnit(definition: ServiceDefinition): UnitFile {
  return unit(definition, { ordering: {}, account: {}, hardening: HARDENING, wantedBy: 'default.target' });
}

/** The unit of the system's manager, which runs as the definition's account. */
export function systemUnit(definition: ServiceDefinition): UnitFile {
  return unit(definition, {
    ordering: { After: 'network.target' },
    account: definition.account === undefined ? {} : { User: quotePlain(definition.account, 'the account') },
    hardening: [...HARDENING, ...SYSTEM_HARDENING],
    wantedBy: 'multi-user.target',
  });
}

interface ScopePart {
  ordering: Record<string, string>;
  account: Record<string, string>;
  hardening: UnitEntry[];
  wantedBy: string;
}

function unit(definition: ServiceDefinition, { ordering, account, hardening, wantedBy }: ScopePart): UnitFile {
  const about = { Description: quotePlain(definition.description, 'the description'), ...ordering };
  const type = definition.notifies ? NOTIFY : entries({ Type: 'exec' });
  return [
    { name: 'Unit', entries: entries({ ...about, StartLimitIntervalSec: '300', StartLimitBurst: '10' }) },
    {
      name: 'Service',
      entries: [...type, ...entries(account), ...serviceEntries(definition), ...policyOf(definition), ...hardening],
    },
    { name: 'Install', entries: entries({ WantedBy: wantedBy }) },
  ];
}

function policyOf({ outlived, stopSeconds = USUAL_STOP_SECONDS, fatalExits = [] }: ServiceDefinition): UnitEntry[] {
  const RestartPreventExitStatus = [POLICY.RestartPreventExitStatus, ...fatalExits].join(' ');
  if (!outlived) return entries({ ...POLICY, RestartPreventExitStatus, TimeoutStopSec: String(stopSeconds) });
  return entries({ ExecStop: quoteExec(outlived.stop), ExecReload: quoteExec(outlived.reload), ...OUTLIVED });
}

function serviceEntries({ argv, workingDirectory, environment, environmentFile }: ServiceDefinition): UnitEntry[] {
  return [
    { key: 'ExecStart', value: quoteExec(argv) },
    { key: 'WorkingDirectory', value: quotePlain(workingDirectory, 'the working directory') },
    ...Object.entries(environment).map(([name, value]) => ({ key: 'Environment', value: quoteAssignment(name, value) })),
    ...(environmentFile === undefined ? [] : [{ key: 'EnvironmentFile', value: quoteGlobPath(environmentFile, false) }]),
  ];
}

/** What a unit runs, whoever wrote it. Inverse of userUnit and systemUnit for the definition in it. Undefined without ExecStart. */
export function readUnit(file: UnitFile): ServiceDefinition | undefined {
  const exec = valueAt(file, 'Service', 'ExecStart');
  if (exec === undefined) return undefined;
  const environmentFile = valueAt(file, 'Service', 'EnvironmentFile');
  return {
    description: parsePlain(valueAt(file, 'Unit', 'Description') ?? ''),
    argv: parseExec(exec),
    workingDirectory: parsePlain(valueAt(file, 'Service', 'WorkingDirectory') ?? ''),
    environment: Object.fromEntries(valuesAt(file, 'Service', 'Environment').flatMap(parseAssignments)),
    environmentFile: environmentFile === undefined ? undefined : parseGlobPath(environmentFile).path,
    account: parseOptional(valueAt(file, 'Service', 'User')),
    notifies: valueAt(file, 'Service', 'Type') === 'notify',
    ...(outlivedIn(file) ?? budgetIn(file)),
  };
}

/** Of what Polygate writes: another maker's unit may give its times in other words, and keeps them. */
function budgetIn(file: UnitFile): Pick<ServiceDefinition, 'stopSeconds' | 'fatalExits'> {
  const [stop = '', fatal = ''] = ['TimeoutStopSec', 'RestartPreventExitStatus'].map((key) => valueAt(file, 'Service', key));
  const seconds = /^\d+$/.test(stop) ? Number(stop) : 0;
  const exits = /^78( \d+)+$/.test(fatal) ? fatal.split(' ').slice(1).map(Number) : [];
  return {
    ...(seconds > USUAL_STOP_SECONDS ? { stopSeconds: seconds } : {}),
    ...(exits.length > 0 ? { fatalExits: exits } : {}),
  };
}

function outlivedIn(file: UnitFile): Pick<ServiceDefinition, 'outlived'> | undefined {
  const [stop, reload] = ['ExecStop', 'ExecReload'].map((key) => valueAt(file, 'Service', key));
  if (valueAt(file, 'Service', 'KillMode') !== 'process' || stop === undefined || reload === undefined) return undefined;
  return { outlived: { stop: parseExec(stop), reload: parseExec(reload) } };
}

const parseOptional = (text: string | undefined) => (text === undefined || text === '' ? undefined : parsePlain(text));
