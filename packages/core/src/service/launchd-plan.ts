import { type PlistDict, readPlist, renderPlist } from '../formats/plist.ts';
import type { ServiceDefinition } from './definition.ts';
import { type Drift, diffDefinitions } from './diff.ts';
import { readJob } from './launchd.ts';
import { diffJobPolicy } from './launchd-policy.ts';
import type { RunStep, Step } from './steps.ts';

/** What is there now, as the disk and launchd tell. */
export interface LaunchdFacts {
  /** Text of the definition, when there is one. */
  text: string | undefined;
  /** Domains in which launchd has the label, whether it runs or not. */
  loadedIn: readonly string[];
  /** launchd's own database says that it must not start in the domain of the target. */
  disabled: boolean;
}

export interface LaunchdTarget {
  label: string;
  path: string;
  /** `gui/501`, `user/501` or `system`. */
  domain: string;
}

export interface LaunchdInstallPlan {
  result: 'up-to-date' | 'install' | 'replace' | 'drifted';
  drift: Drift[];
  steps: Step[];
}

/** launchd does not know the job: nothing to take away (3, 113), or it is on its way out already (36). */
const GONE = [3, 36, 113];
/** The time in which a job ends by itself (ExitTimeOut), and more. */
const DRAIN_MS = 45_000;
/** While a job of the same label drains, a bootstrap fails with 5, 17 or 37; field reports measure up to ExitTimeOut. */
const RETRY = { codes: [5, 17, 37], forMs: 30_000 };
/** A supervisor that does not run has nothing to end. */
const ANYTHING = /(?:)/;
const NOT_LOADED = 113;

/** How the wanted job comes to be written, enabled and started. */
export function planJobInstall(
  target: LaunchdTarget,
  facts: LaunchdFacts,
  wanted: { definition: ServiceDefinition; job: PlistDict; files: Step[]; filesDiffer: boolean; directories: readonly string[] },
  options: { force: boolean; settle?: boolean | undefined },
): LaunchdInstallPlan {
  const drift = facts.text === undefined ? [] : driftOf(facts.text, wanted);
  if (facts.text !== undefined && drift.length === 0) {
    const steps = facts.disabled ? [enabled(target, facts)] : [];
    return { result: steps.length > 0 ? 'install' : 'up-to-date', drift, steps };
  }
  if (facts.text !== undefined && !options.force) return { result: 'drifted', drift, steps: [] };
  const isLoaded = facts.loadedIn.length > 0;
  return {
    result: facts.text === undefined ? 'install' : 'replace',
    drift,
    steps: [
      ...wanted.directories.map((path): Step => ({ do: 'makeDir', path, mode: 0o700 })),
      ...wanted.files,
      { do: 'write', path: target.path, mode: 0o644, content: renderPlist(wanted.job) },
      enabled(target, facts),
      ...(isLoaded ? takenOut(target, facts, installedOf(facts.text)) : []),
      bootstrap(target),
    ],
  };
}

/** launchd never forgets what it was told to disable, not even with the file: said before each load, whatever it prints of it. */
const enabled = (target: LaunchdTarget, { disabled }: LaunchdFacts): Step =>
  call(['enable', at(target)], disabled ? { undo: ['disable', at(target)] } : {});

/**
 * Takes the job out of every domain that has it, and waits: a bootout comes back while the job still ends. What outlives a
 * supervisor is ended by its own command first.
 */
export function takenOut(target: LaunchdTarget, { loadedIn }: LaunchdFacts, installed: ServiceDefinition | undefined): Step[] {
  return [
    ...(installed?.outlived ? [{ do: 'run', argv: installed.outlived.stop, tolerate: ANYTHING } satisfies RunStep] : []),
    ...loadedIn.flatMap((domain): Step[] => {
      const there = { ...target, domain };
      return [
        { ...call(['bootout', at(there)], { settle: ['bootstrap', domain, target.path] }), tolerateCodes: GONE, retry: RETRY },
        {
          do: 'until',
          argv: ['launchctl', 'print', at(there)],
          codes: [NOT_LOADED],
          timeoutMs: DRAIN_MS + (installed?.outlived ? 120_000 : 0),
          what: `the end of ${target.label}`,
        },
      ];
    }),
  ];
}

/** Loads it, which starts it (RunAtLoad). */
function bootstrap(target: LaunchdTarget): RunStep {
  return { ...call(['bootstrap', target.domain, target.path], { undo: ['bootout', at(target)] }), starts: true, retry: RETRY };
}

/** Stops it and removes all of it; nothing when there is nothing of it. `files`: what belongs to it, of what is there. */
export function planJobUninstall(target: LaunchdTarget, facts: LaunchdFacts, files: readonly string[]): Step[] {
  const { text, loadedIn, disabled } = facts;
  return [
    ...(loadedIn.length > 0 ? takenOut(target, facts, installedOf(text)) : []),
    ...(text === undefined ? [] : [{ do: 'remove', path: target.path } satisfies Step]),
    ...files.map((path): Step => ({ do: 'remove', path })),
    // Left in launchd's database, it would keep the next service of this name from starting.
    ...(disabled ? [enabled(target, facts)] : []),
  ];
}

export function planJobStart(target: LaunchdTarget, { loadedIn, disabled }: LaunchdFacts, isRunning: boolean): Step[] {
  if (isRunning) return [];
  const [domain] = loadedIn;
  const start = domain === undefined ? bootstrap(target) : kick({ ...target, domain }, []);
  return [...(disabled ? [call(['enable', at(target)])] : []), start];
}

export function planJobStop(target: LaunchdTarget, facts: LaunchdFacts): Step[] {
  return facts.loadedIn.length === 0 ? [] : takenOut(target, facts, installedOf(facts.text));
}

/** What runs is replaced by launchd itself, so that this works from inside of it too. */
export function planJobRestart(target: LaunchdTarget, facts: LaunchdFacts): Step[] {
  const [domain] = facts.loadedIn;
  if (domain === undefined) return planJobStart(target, facts, false);
  return [...(facts.disabled ? [call(['enable', at(target)])] : []), kick({ ...target, domain }, ['-k'])];
}

const kick = (target: LaunchdTarget, flags: string[]): RunStep => ({
  ...call(['kickstart', ...flags, at(target)]),
  starts: true,
  retry: RETRY,
});

const at = ({ domain, label }: LaunchdTarget) => `${domain}/${label}`;

function call(args: string[], { undo, settle }: { undo?: string[]; settle?: string[] } = {}): RunStep {
  return {
    do: 'run',
    argv: ['launchctl', ...args],
    ...(undo ? { undo: ['launchctl', ...undo] } : {}),
    ...(settle ? { settle: ['launchctl', ...settle] } : {}),
  };
}

/** A service as it is installed; undefined for a text that is none. */
export function installedOf(text: string | undefined): ServiceDefinition | undefined {
  const { dict } = text === undefined ? {} : readPlist(text);
  return dict && readJob(dict);
}

/** What differs and matters. Another comment alone does not: it would be no reason to restart anything. */
function driftOf(
  text: string,
  { definition, job, filesDiffer }: { definition: ServiceDefinition; job: PlistDict; filesDiffer: boolean },
): Drift[] {
  const secrets: Drift[] = filesDiffer ? [{ field: 'secrets', installed: '***', wanted: '***' }] : [];
  const { dict, fault } = readPlist(text);
  const installed = dict && readJob(dict);
  if (!installed)
    return [{ field: 'definition', installed: fault ?? 'it runs nothing', wanted: definition.argv.join(' ') }, ...secrets];
  return [...diffDefinitions(installed, definition), ...diffJobPolicy(dict, job), ...secrets];
}
