import { isDict, type PlistDict, type PlistValue } from './plist.ts';

type Form = 'string' | 'integer' | 'boolean' | 'strings' | 'dictionary' | 'texts' | 'keepAlive' | 'session' | 'umask' | 'limits';

/**
 * The keys of a job that this project writes or meets, with the form of their values (launchd.plist(5)). Apple publishes no
 * schema; a key that is not here may be one of a newer system.
 */
const KEYS: Readonly<Record<string, Form>> = {
  Label: 'string',
  Disabled: 'boolean',
  UserName: 'string',
  GroupName: 'string',
  InitGroups: 'boolean',
  Program: 'string',
  ProgramArguments: 'strings',
  EnableGlobbing: 'boolean',
  RunAtLoad: 'boolean',
  KeepAlive: 'keepAlive',
  RootDirectory: 'string',
  WorkingDirectory: 'string',
  EnvironmentVariables: 'texts',
  Umask: 'umask',
  TimeOut: 'integer',
  ExitTimeOut: 'integer',
  ThrottleInterval: 'integer',
  StandardInPath: 'string',
  StandardOutPath: 'string',
  StandardErrorPath: 'string',
  SoftResourceLimits: 'limits',
  HardResourceLimits: 'limits',
  Nice: 'integer',
  ProcessType: 'string',
  AbandonProcessGroup: 'boolean',
  LowPriorityIO: 'boolean',
  LowPriorityBackgroundIO: 'boolean',
  LimitLoadToSessionType: 'session',
  SessionCreate: 'boolean',
  StartInterval: 'integer',
  Comment: 'string',
};

const CONDITIONS = new Set(['SuccessfulExit', 'Crashed', 'PathState', 'OtherJobEnabled', 'NetworkState', 'AfterInitialDemand']);
const PROCESS_TYPES = ['Background', 'Standard', 'Adaptive', 'Interactive'];
const SESSIONS = ['Aqua', 'Background', 'LoginWindow', 'StandardIO', 'System'];

const isStrings = (value: PlistValue): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string');
const isWhole = (value: PlistValue): boolean => typeof value === 'number' && Number.isInteger(value);

const FITS: Readonly<Record<Form, (value: PlistValue) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: isWhole,
  boolean: (value) => typeof value === 'boolean',
  strings: isStrings,
  dictionary: isDict,
  texts: (value) => isDict(value) && Object.values(value).every((each) => typeof each === 'string'),
  keepAlive: (value) => typeof value === 'boolean' || (isDict(value) && Object.keys(value).every((key) => CONDITIONS.has(key))),
  session: (value) => (Array.isArray(value) ? value : [value]).every((each) => SESSIONS.includes(each as string)),
  // An octal text is for newer systems only.
  umask: (value) => isWhole(value) || (typeof value === 'string' && /^0?[0-7]{1,3}$/.test(value)),
  limits: (value) => isDict(value) && Object.values(value).every(isWhole),
};

/**
 * What launchd would find wrong with a job, or do nothing of: each in one line, none for a job that is as it should be.
 * `label`: the name of its file, which launchd wants to be the job's.
 */
export function jobFaults(job: PlistDict, label?: string): string[] {
  const faults: string[] = [];
  for (const [key, value] of Object.entries(job)) {
    const form = KEYS[key];
    if (form === undefined) faults.push(`${key} is no key of a job that is known`);
    else if (!FITS[form](value)) faults.push(`${key} has a value that launchd does not take`);
  }
  const { Label, Program, ProgramArguments, ProcessType } = job;
  if (typeof Label !== 'string' || !/^[\w.-]+$/.test(Label)) faults.push('it has no Label that can be one');
  else if (label !== undefined && Label !== label) faults.push(`its Label is ${Label}, and its file is called ${label}.plist`);
  if (Program === undefined && !(Array.isArray(ProgramArguments) && ProgramArguments.length > 0)) faults.push('it runs nothing');
  if (ProcessType !== undefined && !PROCESS_TYPES.includes(ProcessType as string)) faults.push(`ProcessType is ${ProcessType}`);
  for (const [what, path] of pathsIn(job)) {
    if (!path.startsWith('/')) faults.push(`${what} is no absolute path: launchd knows no ~, no variables and no PATH (${path})`);
  }
  return faults;
}

function pathsIn({ Program, ProgramArguments, ...job }: PlistDict): [string, string][] {
  const program = Program ?? (Array.isArray(ProgramArguments) ? ProgramArguments[0] : undefined);
  const named = ['WorkingDirectory', 'StandardInPath', 'StandardOutPath', 'StandardErrorPath'].map(
    (key) => [key, job[key]] as const,
  );
  return [['its program', program] as const, ...named].filter((each): each is [string, string] => typeof each[1] === 'string');
}
