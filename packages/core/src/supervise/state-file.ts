import { supervisorProblem } from '../errors/supervisor-problem.ts';
import { type Child, NEW_CHILD, STATES, type State } from './child.ts';
import type { InstanceReport } from './report.ts';

export const STATE_VERSION = 1;

/** An instance as it is kept: what is told of it, and what a later supervisor needs to go on. */
export interface SavedInstance extends InstanceReport {
  /** printOf its specification, when its process was started. */
  print: string;
  failures: number;
  trial: boolean;
  ending: string | null;
}

/** `<state folder>/supervisor/state.json`. Holds no secret: also read by `ps` while no supervisor runs. */
export interface SupervisorState {
  version: typeof STATE_VERSION;
  /** Who wrote it; null when it ended in good order. */
  supervisor: { pid: number; stamp: string; version: string; startedAt: number } | null;
  instances: SavedInstance[];
}

export const renderState = (state: SupervisorState): string => `${JSON.stringify(state)}\n`;

/**
 * What a file says; `lost` is why it says nothing that could be used. Nothing is guessed from half of one.
 * @throws Problem SUPERVISOR_STATE_FUTURE when a newer Polygate wrote it
 */
export function parseState(text: string, file: string): { state: SupervisorState } | { lost: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { lost: text.trim() === '' ? 'it is empty' : (error as Error).message };
  }
  const { version, supervisor, instances } = (value ?? {}) as Partial<Record<keyof SupervisorState, unknown>>;
  if (typeof version === 'number' && version > STATE_VERSION) {
    throw supervisorProblem('SUPERVISOR_STATE_FUTURE', { file, version, supported: STATE_VERSION });
  }
  if (version !== STATE_VERSION) return { lost: 'it has no version that is known' };
  if (!Array.isArray(instances) || !instances.every(isInstance)) return { lost: 'an instance in it has another shape' };
  if (supervisor !== null && !isRecord(supervisor)) return { lost: 'the supervisor in it has another shape' };
  return { state: value as SupervisorState };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isFact = (value: unknown) => isRecord(value) && typeof value.value === 'boolean' && typeof value.since === 'number';
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function isInstance(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { id, state, pid, stamp, deaths, wanted, up, ready, paused, incarnation, restarts, stopRequests, failures } = value;
  return (
    typeof id === 'string' &&
    STATES.includes(state as State) &&
    (pid === null || (Number.isSafeInteger(pid) && (pid as number) > 1)) &&
    (stamp === null || typeof stamp === 'string') &&
    Array.isArray(deaths) &&
    deaths.every((death) => isRecord(death) && typeof death.at === 'number') &&
    [wanted, up, ready, paused].every(isFact) &&
    [incarnation, restarts, stopRequests, failures].every(isCount)
  );
}

/**
 * The child as an earlier supervisor left it. `alive`: its process was found, and an `adopted` event follows; else what had a
 * process has one still, and a `gone` event follows.
 */
export function restore(saved: SavedInstance, alive: boolean): Child {
  const { wanted, deaths, incarnation, restarts, stopRequests, failures, trial, reason, retryAt, ending, ready, up, paused } =
    saved;
  const kept: Child = { ...NEW_CHILD, since: up.since, wanted, deaths, incarnation, restarts, stopRequests, failures, trial };
  if (alive) return kept;
  const state = saved.state as State;
  if (saved.pid !== null && ['starting', 'running', 'ready', 'restarting', 'stopping'].includes(state)) {
    return { ...kept, state, pid: saved.pid, adopted: true, up, ready, ending };
  }
  if (state === 'parked' || state === 'ended' || state === 'waiting')
    return { ...kept, state, reason, retryAt, paused, epoch: 1 };
  return kept;
}

/**
 * A short name of what a process was started with, to see that it changed. The values of `secrets` do not go into it, so that
 * it tells nothing about them.
 */
export function printOf(
  { argv, env, cwd }: { argv: readonly string[]; env: Readonly<Record<string, string>>; cwd: string },
  secrets: readonly string[],
): string {
  const public_ = Object.entries(env).map(([name, value]) => [name, secrets.includes(value) ? '' : value]);
  return hash(JSON.stringify([argv, public_.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)), cwd]));
}

/** FNV-1a, twice with different starts: to tell versions of one text apart, not against anybody. */
function hash(text: string): string {
  let [one, two] = [0x811c9dc5, 0x01234567];
  for (let i = 0; i < text.length; i += 1) {
    one = Math.imul(one ^ text.charCodeAt(i), 0x01000193);
    two = Math.imul(two ^ text.charCodeAt(i), 0x01000193);
  }
  return [one, two].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
