import { type PlistDict, readPlist, renderPlist } from '../formats/plist.ts';
import type { ServiceDefinition } from './definition.ts';
import { readJob } from './launchd.ts';
import { installedOf, type LaunchdFacts, type LaunchdTarget, takenOut } from './launchd-plan.ts';
import { shown } from './launchd-policy.ts';
import type { RunStep, Step } from './steps.ts';
import type { FileState } from './systemd-adopt.ts';

/** A job of others, and what launchd makes of it. */
export interface AdoptedJob {
  target: LaunchdTarget;
  facts: LaunchdFacts;
  /** It runs, or is about to be started again. */
  active: boolean;
}

export interface JobAdoption {
  /** The job that takes its place: of the same label, or of the label of today. */
  target: LaunchdTarget;
  facts: LaunchdFacts;
  job: PlistDict;
  /** Written first: the record of the adoption, the file with the secrets, Polygate's settings. */
  files: Step[];
  directories: readonly string[];
}

/** Takes a job over. It runs afterwards if it ran; every step can be taken back. */
export function planJobAdoption(was: AdoptedJob, { target, facts, job, files, directories }: JobAdoption): Step[] {
  const moves = was.target.label !== target.label;
  const installed = installedOf(was.facts.text);
  return [
    ...directories.map((path): Step => ({ do: 'makeDir', path, mode: 0o700 })),
    ...files,
    ...takenOut(was.target, was.facts, installed),
    ...(moves ? takenOut(target, facts, installedOf(facts.text)) : []),
    ...(moves ? [{ do: 'remove', path: was.target.path } satisfies Step] : []),
    { do: 'write', path: target.path, mode: 0o644, content: renderPlist(job) },
    ...(was.active ? [load(target)] : []),
  ];
}

export interface JobRestore {
  /** The job that was adopted, and whether it ran. */
  was: { target: LaunchdTarget; active: boolean };
  files: readonly FileState[];
}

/** Gives an adopted job back: every file as it was, and whether it runs. */
export function planJobRestore(target: LaunchdTarget, facts: LaunchdFacts, { was, files }: JobRestore): Step[] {
  return [
    ...takenOut(target, facts, installedOf(facts.text)),
    ...files.map(
      ({ path, mode, content }): Step => (content === null ? { do: 'remove', path } : { do: 'write', path, mode, content }),
    ),
    ...(was.active ? [load(was.target)] : []),
  ];
}

function load({ domain, label, path }: LaunchdTarget): RunStep {
  return {
    do: 'run',
    argv: ['launchctl', 'bootstrap', domain, path],
    undo: ['launchctl', 'bootout', `${domain}/${label}`],
    starts: true,
    retry: { codes: [5, 17, 37], forMs: 30_000 },
  };
}

/** What the family's installers write and an adoption replaces on purpose. */
const REPLACED = new Set([
  ...['Label', 'Comment', 'RunAtLoad', 'KeepAlive', 'ProgramArguments', 'WorkingDirectory', 'EnvironmentVariables'],
  ...['StandardInPath', 'StandardOutPath', 'StandardErrorPath', 'ExitTimeOut', 'ThrottleInterval', 'ProcessType', 'Umask'],
]);

/** What stands in the way of adopting a job, and which of its settings would not be taken over (`Nice=5`). */
export function jobDoubts(text: string, wanted: PlistDict): { obstacle: string | undefined; lost: string[] } {
  const { dict, fault } = readPlist(text);
  if (!dict) return { obstacle: fault, lost: [] };
  const lost = Object.entries(dict).filter(([key, value]) => !REPLACED.has(key) && shown(value) !== shown(wanted[key]));
  return {
    obstacle: dict.EnableGlobbing === true ? 'its command line is expanded by a shell (EnableGlobbing)' : undefined,
    lost: lost.map(([key, value]) => `${key}=${shown(value)}`),
  };
}

/**
 * The newest generation starts its gateway through a script that reads variables from a file: `sh X-env-wrapper.sh X.env
 * COMMAND…`. Gives the command itself, and that file; undefined for any other job.
 */
export function unwrapped(job: PlistDict): { definition: ServiceDefinition; variables: string } | undefined {
  const definition = readJob(job);
  const [shell = '', script = '', variables = '', ...argv] = definition?.argv ?? [];
  const isWrapped = /\/(ba|z)?sh$/.test(shell) && script.endsWith('-env-wrapper.sh') && variables.endsWith('.env');
  return definition && isWrapped && argv.length > 0 ? { definition: { ...definition, argv }, variables } : undefined;
}
