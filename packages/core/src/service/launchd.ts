import { Problem } from '../errors/problem.ts';
import { isDict, type PlistDict, type PlistValue, unsayable } from '../formats/plist.ts';
import type { ServiceDefinition } from './definition.ts';
import { withoutFrugal } from './frugal.ts';
import { ENV_FILE_VARIABLE } from './parking.ts';

/** Which of launchd's domains a job is for: an account's graphical login, any login of it, or the whole machine. */
export type DomainKind = 'gui' | 'user' | 'system';

/** What launchd needs to know of a job besides what it runs. */
export interface JobPlace {
  label: string;
  domain: DomainKind;
  /** Files for what it prints, in directories that are there. launchd opens them before it starts the program. */
  output: { out: string; err: string };
}

/**
 * The policy of every job that Polygate writes (launchd.plist(5)). launchd has no exit status that means «not again» and no limit
 * of starts: it starts again whatever did not end with success, so what must stay down ends with 0 (core/service/parking.ts).
 * Interactive: without it, CPU and disk are throttled. Umask is decimal: 63 is 077. The default of 256 open files is few.
 */
const POLICY: PlistDict = {
  RunAtLoad: true,
  KeepAlive: { SuccessfulExit: false },
  ThrottleInterval: 10,
  ExitTimeOut: 30,
  ProcessType: 'Interactive',
  Umask: 63,
  SoftResourceLimits: { NumberOfFiles: 8192 },
  StandardInPath: '/dev/null',
};

/** What it started outlives it, and may be ended in good order, which takes as long as the slowest gateway does. */
const OUTLIVED: PlistDict = { ...POLICY, AbandonProcessGroup: true, ExitTimeOut: 120 };

/** The job of a service. @throws Problem VALUE_UNQUOTABLE */
export function jobOf(definition: ServiceDefinition, { label, domain, output }: JobPlace): PlistDict {
  const { description, argv, workingDirectory, environment, environmentFile, account, outlived } = definition;
  const variables = { ...environment, ...(environmentFile === undefined ? {} : { [ENV_FILE_VARIABLE]: environmentFile }) };
  const job: PlistDict = {
    Label: label,
    Comment: description,
    ...(account === undefined ? {} : { UserName: account }),
    ProgramArguments: [...argv],
    WorkingDirectory: workingDirectory,
    EnvironmentVariables: variables,
    StandardOutPath: output.out,
    StandardErrorPath: output.err,
    ...(outlived ? OUTLIVED : POLICY),
    // An agent is for a graphical login unless it says otherwise, and one that says both is started twice.
    ...(domain === 'user' ? { LimitLoadToSessionType: 'Background' } : {}),
  };
  refuseUnquotable(definition, job);
  return job;
}

function refuseUnquotable({ argv, environment, workingDirectory, environmentFile }: ServiceDefinition, job: PlistDict): void {
  const texts: [string, string][] = [
    ['the description', job.Comment as string],
    ['the account', (job.UserName as string | undefined) ?? ''],
    ['the working directory', workingDirectory],
    ['the environment file', environmentFile ?? ''],
    ...argv.map((word, i): [string, string] => [i === 0 ? 'the program path' : `argument ${i}`, word]),
    ...Object.entries(environment).flatMap(([name, value]): [string, string][] => [
      [`the variable name ${JSON.stringify(name)}`, name],
      [`the value of ${name}`, value],
    ]),
    ...['StandardOutPath', 'StandardErrorPath'].map((key): [string, string] => [`the path of ${key}`, job[key] as string]),
  ];
  for (const [what, text] of texts) {
    const reason = text.includes('\0') ? 'it contains a NUL' : unsayable(text);
    if (reason !== undefined) throw new Problem('VALUE_UNQUOTABLE', { what, reason });
  }
  for (const name of Object.keys(environment)) {
    const isName = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== '__proto__' && name !== ENV_FILE_VARIABLE;
    if (!isName)
      throw new Problem('VALUE_UNQUOTABLE', {
        what: `the variable name ${JSON.stringify(name)}`,
        reason: 'it is not a valid name',
      });
  }
}

/** What a job runs, whoever wrote it. Inverse of jobOf for the definition in it. undefined where it runs nothing. */
export function readJob(job: PlistDict): ServiceDefinition | undefined {
  const program = text(job.Program);
  const words = Array.isArray(job.ProgramArguments) ? job.ProgramArguments.filter((word) => typeof word === 'string') : [];
  // With both, Program is what is run, and the first argument only its name.
  const argv = program === undefined ? words : [program, ...words.slice(1)];
  if (argv.length === 0) return undefined;
  const variables = textsOf(job.EnvironmentVariables);
  const { [ENV_FILE_VARIABLE]: environmentFile, ...environment } = variables;
  return {
    description: text(job.Comment) ?? '',
    argv,
    workingDirectory: text(job.WorkingDirectory) ?? '',
    environment,
    environmentFile,
    account: text(job.UserName),
    notifies: false,
    ...outlivedBy(job, argv),
  };
}

/** launchd has no command to stop with: what a supervisor started is ended by its own command, whose name is the program's. */
function outlivedBy(job: PlistDict, argv: readonly string[]): Pick<ServiceDefinition, 'outlived'> {
  if (job.AbandonProcessGroup !== true || argv.at(-1) !== 'up') return {};
  const polygate = withoutFrugal(argv.slice(0, -1));
  return { outlived: { stop: [...polygate, 'down'], reload: [...polygate, 'supervisor', 'reload'] } };
}

/** The domain that a job which lies on disk is for. */
export function domainOf(job: PlistDict): DomainKind {
  const { LimitLoadToSessionType: session } = job;
  return session === 'Background' || (Array.isArray(session) && !session.includes('Aqua') && session.includes('Background'))
    ? 'user'
    : 'gui';
}

/** Files that a job prints to. */
export const outputOf = (job: PlistDict): string[] => [
  ...new Set([job.StandardErrorPath, job.StandardOutPath].filter((path) => typeof path === 'string')),
];

const text = (value: PlistValue | undefined) => (typeof value === 'string' ? value : undefined);

function textsOf(value: PlistValue | undefined): Record<string, string> {
  if (!isDict(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((each): each is [string, string] => typeof each[1] === 'string'));
}
