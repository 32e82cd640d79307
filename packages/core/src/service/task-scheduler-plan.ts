import { renderTask, type Task } from '../formats/task-xml.ts';
import { hresultsOf } from '../readings/hresult.ts';
import type { TaskState } from '../readings/task-state.ts';
import { runsReference } from './adopt.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Drift } from './diff.ts';
import type { RunStep, Step } from './steps.ts';
import { startupText } from './windows-launcher.ts';

/** Files of a service that starts with the logon of its account. */
export interface LogonTarget {
  name: string;
  /** Path of schtasks.exe. */
  schtasks: string;
  launcher: string;
  /** The task as it is registered. */
  xml: string;
  /** What starts the launcher where the Task Scheduler will not. */
  startup: string;
  /** While it is there, the launcher starts nothing again. */
  stop: string;
}

/** What there is of it. */
export interface LogonFacts {
  /** Text of the launcher. */
  launcher: string | undefined;
  definition: ServiceDefinition | undefined;
  /** The task; undefined: there is none; `unknown`: nobody could say. */
  task: TaskState | 'unknown' | undefined;
  /** Text of what the Startup folder has. */
  startup: string | undefined;
  /** Something of it runs. */
  active: boolean;
}

/** Where a service is registered to be started. */
export type LogonPlace = 'task' | 'startup';

export interface WantedLogon {
  definition: ServiceDefinition;
  /** Text of the launcher. */
  launcher: string;
  task: Task;
  files: Step[];
  drift: Drift[];
}

export interface LogonPlan {
  result: 'up-to-date' | 'apply' | 'drifted';
  drift: Drift[];
  steps: Step[];
}

/** A gateway has half of it to end in good order, before it is ended. */
const END_MS = 30_000;
/** Not there, or nothing of it runs: as it shall be. */
export const GONE: readonly number[] = [...hresultsOf('missing'), ...hresultsOf('not-running')];

/** Said where the Task Scheduler registers nothing for this account. */
const FALLBACK = 'The Task Scheduler refused the task, so the Startup folder of this account starts the service';

/**
 * How the wanted service comes to be registered and running. The task comes first; where it is refused for another reason than its
 * own text, the Startup folder takes its place, which needs no rights. A launcher that runs is ended before it is written anew.
 */
export function planLogonInstall(
  target: LogonTarget,
  facts: LogonFacts,
  wanted: WantedLogon,
  { force, settle, place }: { force: boolean; settle?: boolean; place: LogonPlace },
): LogonPlan {
  const { task, startup, active } = facts;
  const isThere = facts.launcher !== undefined;
  if (isThere && wanted.drift.length > 0 && !force) return { result: 'drifted', drift: wanted.drift, steps: [] };
  const isRegistered = place === 'task' ? task !== undefined || startup !== undefined : startup !== undefined;
  if (isThere && wanted.drift.length === 0) {
    if (isRegistered) return { result: 'up-to-date', drift: [], steps: [] };
    const start = active || settle ? [] : [startNow(target, facts, wanted.definition, place)];
    return { result: 'apply', drift: [], steps: [...registered(target, facts, wanted, place), ...start] };
  }
  return {
    result: 'apply',
    drift: wanted.drift,
    steps: [
      ...wanted.files,
      ...(active ? stopSteps(target, facts.definition ?? wanted.definition, startAgain(target, facts)) : []),
      { do: 'write', path: target.launcher, mode: 0o644, content: wanted.launcher },
      ...registered(target, facts, wanted, place),
      startNow(target, { ...facts, task: place === 'task' ? 'unknown' : task }, wanted.definition, place),
    ],
  };
}

/** Registers it in one place, and takes it out of the other: two launchers would be two gateways on one port. */
export function registered(target: LogonTarget, { task, startup }: LogonFacts, wanted: WantedLogon, place: LogonPlace): Step[] {
  const item: Step = {
    do: 'write',
    path: target.startup,
    mode: 0o644,
    content: startupText(wanted.definition.description, target.launcher),
  };
  if (place === 'startup') {
    // Where nobody answers, there is hardly one.
    const unsure = task === 'unknown' ? { advice: 'A task of this name would start it a second time' } : {};
    return [...(task === undefined ? [] : [{ ...remove(target), ...unsure }]), item];
  }
  return [
    { do: 'write', path: target.xml, mode: 0o644, content: renderTask(wanted.task) },
    ...(startup === undefined ? [] : [{ do: 'remove', path: target.startup } as const]),
    {
      ...create(target, task !== undefined && task !== 'unknown'),
      instead: { unless: hresultsOf('bad-xml'), steps: [item], told: FALLBACK },
    },
  ];
}

/** A verb of schtasks, with its exit status as an HRESULT: it speaks the language of the system otherwise. */
const verb = ({ schtasks, name }: LogonTarget, word: string, ...more: string[]) => [
  schtasks,
  word,
  '/TN',
  name,
  ...more,
  '/HRESULT',
];

export const registerArgv = (target: LogonTarget, xml: string): string[] => verb(target, '/Create', '/XML', xml, '/F');
export const runArgv = (target: LogonTarget): string[] => verb(target, '/Run');

function create(target: LogonTarget, existed: boolean): RunStep {
  const argv = registerArgv(target, target.xml);
  const back = existed ? { settle: argv } : { undo: verb(target, '/Delete', '/F') };
  return { do: 'run', argv, meaning: 'hresult', ...back };
}

export const remove = (target: LogonTarget): RunStep => ({
  ...{ do: 'run', argv: verb(target, '/Delete', '/F'), meaning: 'hresult', tolerateCodes: GONE },
});

/** Ends the launcher, if the Task Scheduler started it. */
export const end = (target: LogonTarget): RunStep => ({
  ...{ do: 'run', argv: verb(target, '/End'), meaning: 'hresult', tolerateCodes: GONE },
});

/** `/Run` is no proof of a start: that is looked for afterwards. Where there is no task, the launcher itself is started. */
export function startNow(target: LogonTarget, { task }: LogonFacts, definition: ServiceDefinition, place: LogonPlace): RunStep {
  const undo = shutdownArgv(target, definition);
  const back = undo ? { undo } : {};
  const launch: RunStep = { do: 'run', argv: [target.launcher], leave: true, starts: true, ...back };
  if (place === 'startup' || task === undefined) return launch;
  return {
    do: 'run',
    argv: runArgv(target),
    meaning: 'hresult',
    starts: true,
    ...back,
    instead: { when: hresultsOf('missing'), steps: [launch] },
  };
}

/**
 * Asks the gateway to end, and ends the launcher, which ends nothing else: `/End` leaves what a task started behind. A start
 * while the task still counts as running would be swallowed (IgnoreNew).
 */
export function stopSteps(target: LogonTarget, definition: ServiceDefinition | undefined, again?: Again): Step[] {
  const shutdown = definition && shutdownArgv(target, definition);
  const ended = end(target);
  return [
    // Put back, what ran before runs: once what came after it has ended.
    ...(shutdown ? [{ do: 'run', argv: shutdown, ...(again ? { settle: ended.argv } : {}) } satisfies Step] : []),
    { ...ended, ...again },
    { do: 'ended', what: target.name, timeoutMs: END_MS },
  ];
}

type Again = Pick<RunStep, 'settle' | 'settleLeave'>;

const startAgain = (target: LogonTarget, { startup }: LogonFacts): Again =>
  startup === undefined ? { settle: runArgv(target) } : { settle: [target.launcher], settleLeave: true };

/** The command that ends the gateway in good order, and says to the launcher that it is meant. A definition of others names none. */
export function shutdownArgv({ stop }: LogonTarget, definition: ServiceDefinition): string[] | undefined {
  if (!runsReference(definition)) return undefined;
  return [...definition.argv.slice(0, 6), 'gateway', 'shutdown', '--mark', stop];
}

/** Stops it and removes all of it; nothing when there is nothing of it. `files` are those of it that are there. */
export function planLogonUninstall(target: LogonTarget, facts: LogonFacts, files: readonly string[]): Step[] {
  if (files.length === 0 && facts.task === undefined && !facts.active) return [];
  return [
    ...(facts.active ? stopSteps(target, facts.definition) : []),
    ...(facts.task === undefined ? [] : [remove(target)]),
    ...files.map((path): Step => ({ do: 'remove', path })),
    // Written by the stop, and read by nobody any more.
    ...(facts.active && !files.includes(target.stop) ? [{ do: 'remove', path: target.stop } as const] : []),
  ];
}

export function planLogonStart(target: LogonTarget, facts: LogonFacts): Step[] {
  if (facts.active || !facts.definition) return [];
  return [startNow(target, facts, facts.definition, facts.task === undefined ? 'startup' : 'task')];
}

export const planLogonStop = (target: LogonTarget, facts: LogonFacts): Step[] =>
  facts.active ? stopSteps(target, facts.definition) : [];

export const planLogonRestart = (target: LogonTarget, facts: LogonFacts): Step[] => [
  ...planLogonStop(target, facts),
  ...planLogonStart(target, { ...facts, active: false }),
];
