import { EXIT } from '../exit-codes.ts';
import type { Entries } from './entry.ts';

/** The supervisor as a process: whether it runs, and how it is reached. */
export interface SupervisorParams {
  SUPERVISOR_RUNNING: { pid: number | null; names?: readonly string[]; stop?: string };
  SUPERVISOR_NOT_RENEWED: { reason: string };
  SUPERVISOR_NOT_RUNNING: Record<string, never>;
  SUPERVISOR_NOT_STARTED: { reason: string; log: string };
  SUPERVISOR_UNREACHABLE: { path: string; reason: string };
  SUPERVISOR_MISMATCH: { spoken: number | null; wanted: number };
  SUPERVISOR_REFUSED: { code: string; message: string; hint: string };
  SOCKET_PATH_TOO_LONG: { path: string; bytes: number; limit: number };
  NAMES_REPEATED: { names: readonly string[] };
  NOTHING_TO_RUN: { reasons: readonly string[] };
}

export const supervisorEntries: Entries<SupervisorParams> = {
  SUPERVISOR_RUNNING: {
    exit: EXIT.tempFail,
    message: (p) => `a supervisor runs already for this account${p.pid === null ? '' : ` (pid ${p.pid})`}`,
    hint: (p) =>
      p.stop === undefined
        ? `let it run them, too: polygate up -d${(p.names ?? []).map((name) => ` ${name}`).join('')}`
        : `end it first, and what it runs goes on: ${p.stop}`,
  },
  SUPERVISOR_NOT_RENEWED: {
    exit: EXIT.failed,
    message: (p) => `the new supervisor did not come up, and the present one goes on: ${p.reason}`,
    hint: () => 'put that right, then again: polygate supervisor reload',
  },
  SUPERVISOR_NOT_RUNNING: {
    exit: EXIT.notRunning,
    message: () => 'no supervisor runs for this account',
    hint: () => 'start one: polygate up -d',
  },
  SUPERVISOR_NOT_STARTED: {
    exit: EXIT.failed,
    message: (p) => `the supervisor did not come up: ${p.reason}`,
    hint: (p) => `read what it said: ${p.log}`,
  },
  SUPERVISOR_UNREACHABLE: {
    exit: EXIT.unavailable,
    message: (p) => `the supervisor at ${p.path} does not answer: ${p.reason}`,
    hint: () => 'look whether it still runs: polygate supervisor status',
  },
  SUPERVISOR_MISMATCH: {
    exit: EXIT.unavailable,
    message: (p) =>
      `the supervisor that runs speaks ${p.spoken === null ? 'another version' : `version ${p.spoken}`} of the control protocol, this command version ${p.wanted}`,
    hint: () => 'use the polygate that started it, or end it with SIGTERM and start it anew: polygate up -d',
  },
  SUPERVISOR_REFUSED: {
    exit: EXIT.failed,
    message: (p) => `the supervisor refused: ${p.code}: ${p.message}`,
    hint: (p) => p.hint,
  },
  SOCKET_PATH_TOO_LONG: {
    exit: EXIT.config,
    message: (p) => `the control socket cannot have a path of ${p.bytes} bytes, here it is ${p.limit} at most: ${p.path}`,
    hint: () => 'set XDG_STATE_HOME (or POLYGATE_HOME, where it is set) to a folder with a shorter path',
  },
  NAMES_REPEATED: {
    exit: EXIT.usage,
    message: (p) => `named more than once: ${p.names.join(', ')}`,
    hint: () => 'name each instance once',
  },
  NOTHING_TO_RUN: {
    exit: EXIT.notRunning,
    message: (p) =>
      `there is nothing to run${p.reasons.length > 0 ? `:${p.reasons.map((r) => `\n  ${r}`).join('')}` : ': no instance is set up'}`,
    hint: (p, command) => (p.reasons.length > 0 ? 'name what shall run all the same: polygate up NAME' : `${command} setup`),
  },
};
