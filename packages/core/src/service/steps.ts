import type { PlanDocument } from '../gen/output.gen.ts';

/** One thing that applying a plan does. Steps are data: a dry run prints them, tests compare them. */
export type Step =
  | { do: 'write'; path: string; mode: number; content: string }
  | { do: 'remove'; path: string }
  /** Copies a program, whatever is in it, to where none of that name is. */
  | { do: 'copyFile'; from: string; path: string }
  /** Sets the permission bits of a file or directory that is there. */
  | { do: 'mode'; path: string; mode: number }
  | RunStep
  /** Waits, bounded, until a path exists: the manager that the next command talks to is starting. */
  | { do: 'await'; path: string; timeoutMs: number; what: string }
  /** Waits, bounded, until its manager says that nothing of the service `what` runs: it would swallow a start before that. */
  | { do: 'ended'; what: string; timeoutMs: number }
  | UntilStep
  | MakeDirStep;

/** Makes a directory and its parents, where they are not there yet. */
export interface MakeDirStep {
  do: 'makeDir';
  path: string;
  mode: number;
}

/** Asks, bounded, until a question is answered with one of these exit statuses: what a command began goes on by itself. */
export interface UntilStep {
  do: 'until';
  argv: string[];
  codes: number[];
  timeoutMs: number;
  what: string;
}

/** What is done with whole directories, where a profile is cloned, renamed or removed. */
export type TreeStep =
  /** Renames a file, directory or link. */
  | { do: 'move'; from: string; to: string }
  /** Copies a directory, without the paths in `except`. Links that lead out of it are left out. */
  | { do: 'copy'; from: string; to: string; except: string[] }
  | MakeDirStep
  /** Deletes a directory with all that is in it, and follows no link. It cannot be taken back: nothing that may fail comes after it. */
  | { do: 'removeTree'; path: string };

/** A command of the manager. */
export interface RunStep {
  do: 'run';
  argv: string[];
  /** Takes back what it did, while the new files are still there. */
  undo?: string[];
  /** Makes the manager follow once the old files are back. */
  settle?: string[];
  /** What makes it follow goes on by itself: it is started, and not waited for. */
  settleLeave?: true;
  /** A gateway starts with it: what it says when it cannot tells more than the manager does. */
  starts?: true;
  /** Failures that mean «already so». */
  tolerate?: RegExp;
  /** Exit statuses that mean the same. */
  tolerateCodes?: readonly number[];
  /** What its exit status is a number of, where that tells more than its words. */
  meaning?: 'hresult' | 'win32';
  /** It goes on by itself: it is started, and not waited for. */
  leave?: true;
  /** Where it fails (with `when`; never with `unless`), these are done in its place, and this is said of it. */
  instead?: { when?: readonly number[]; unless?: readonly number[]; steps: Step[]; told?: string };
  /** With these exit statuses the manager is not ready for it yet: it is tried again for so long. What takes it back, too. */
  retry?: { codes: number[]; forMs: number };
  /** Its failure is not the end: the plan goes on and this advice is shown. */
  advice?: string;
  /** Written (0600) once it succeeded: what must be known to take it back some day. */
  leaves?: { path: string; content: string };
}

const PRIVATE = 0o600;

/**
 * Files in the order they are written (content null: removed), modes as octal text, and commands in order. What only its owner
 * may read is shown through `mask`: a plan is printed, and kept in logs.
 */
export function planDocument(steps: readonly Step[], mask: (content: string) => string = String): PlanDocument {
  return {
    files: steps.flatMap((step): PlanDocument['files'] => {
      if (step.do === 'write') {
        const content = step.mode === PRIVATE ? mask(step.content) : step.content;
        return [{ path: step.path, mode: step.mode.toString(8).padStart(4, '0'), content }];
      }
      return step.do === 'remove' ? [{ path: step.path, mode: '', content: null }] : [];
    }),
    commands: steps.flatMap((step) => (step.do === 'run' ? [step.argv] : [])),
  };
}
