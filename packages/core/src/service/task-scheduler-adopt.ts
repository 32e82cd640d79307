import type { RunStep, Step } from './steps.ts';
import type { FileState } from './systemd-adopt.ts';
import {
  end,
  type LogonFacts,
  type LogonPlace,
  type LogonTarget,
  registerArgv,
  registered,
  remove,
  runArgv,
  shutdownArgv,
  startNow,
  stopSteps,
  type WantedLogon,
} from './task-scheduler-plan.ts';

/**
 * Takes over what others registered. Their task is replaced, and kept as text (`kept`) to go back to; their script stays where it
 * is. It runs afterwards if it ran.
 */
export function planLogonAdoption(
  was: { target: LogonTarget; facts: LogonFacts; kept: string },
  target: LogonTarget,
  wanted: WantedLogon & { place: LogonPlace },
): Step[] {
  const { active, task, startup } = was.facts;
  const moves = was.target.name !== target.name;
  const theirs = task === undefined || task === 'unknown' ? undefined : task.xml;
  const register = registerArgv(was.target, was.kept);
  const start = startNow(target, { ...was.facts, task: 'unknown' }, wanted.definition, wanted.place);
  return [
    ...wanted.files,
    ...(theirs === undefined ? [] : [{ do: 'write', path: was.kept, mode: 0o644, content: asFile(theirs) } as const]),
    ...(active ? endOthers(was.target, shutdownArgv(target, wanted.definition)) : []),
    ...(moves && theirs !== undefined ? [{ ...remove(was.target), undo: register }] : []),
    ...(moves && startup !== undefined ? [{ do: 'remove', path: was.target.startup } as const] : []),
    { do: 'write', path: target.launcher, mode: 0o644, content: wanted.launcher },
    ...registered(target, { ...was.facts, ...(moves ? { task: undefined, startup: undefined } : {}) }, wanted, wanted.place).map(
      (step) => (step.do === 'run' && !moves && theirs !== undefined ? { ...withoutSettle(step), undo: register } : step),
    ),
    ...(active ? [theirs === undefined ? start : { ...start, settle: runArgv(was.target) }] : []),
  ];
}

/** Ends what others started: the Task Scheduler ends the script, and leaves the gateway behind with its port. */
const endOthers = (target: LogonTarget, shutdown: string[] | undefined): Step[] => [
  end(target),
  ...(shutdown ? [{ do: 'run', argv: shutdown } as const] : []),
];

const withoutSettle = ({ settle: _, ...step }: RunStep): RunStep => step;

/** A task as a file that schtasks takes: in UTF-16, with its mark. What COM gives says so, and has no mark. */
export const asFile = (xml: string): string => `\ufeff${xml.replace(/^\ufeff/, '')}`;

/**
 * Gives it back: files as they were, their task as its text was kept (`theirs`: it was), running if it ran. `own` is what an
 * adoption wrote and there was nothing of.
 */
export function planLogonRestore(
  target: LogonTarget,
  facts: LogonFacts,
  {
    was,
    kept,
    theirs,
    own,
    files,
    active,
  }: {
    was: LogonTarget;
    kept: string;
    theirs: boolean;
    own: readonly string[];
    files: readonly FileState[];
    active: boolean;
  },
): Step[] {
  return [
    ...(facts.active ? stopSteps(target, facts.definition) : []),
    ...(theirs && was.name === target.name ? [] : [remove(target)]),
    ...files.map(
      ({ path, mode, content }): Step => (content === null ? { do: 'remove', path } : { do: 'write', path, mode, content }),
    ),
    // The stop file is written by the stop itself.
    ...[...new Set([...own, ...(facts.active ? [target.stop] : [])])].map((path): Step => ({ do: 'remove', path })),
    ...(theirs
      ? ([
          { do: 'run', argv: registerArgv(was, kept), meaning: 'hresult', settle: registerArgv(target, target.xml) },
          { do: 'remove', path: kept },
        ] as const)
      : []),
    ...(active && theirs ? [{ do: 'run', argv: runArgv(was), meaning: 'hresult' } as const] : []),
  ].map((step) => step as Step);
}
