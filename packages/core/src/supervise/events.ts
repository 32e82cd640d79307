import type { RestartSignal } from '../product/restart-signal.ts';

/** What may happen to a child. */
export type Event =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'restart' }
  /** `pid`: the process that shall hear it, of this child's group. */
  | { type: 'restart-in-place'; signal: RestartSignal; pid: number }
  | { type: 'spawned'; pid: number }
  /** `passing`: for want of something that comes back, such as processes or open files. */
  | { type: 'spawn-failed'; reason: string; passing: boolean }
  | { type: 'adopted'; pid: number; startedAt: number; wanted: boolean }
  | { type: 'startup-ok' }
  | { type: 'startup-failed'; detail: string }
  | { type: 'ready' }
  | { type: 'unready'; detail: string }
  | { type: 'liveness-failed'; detail: string }
  | { type: 'memory-exceeded'; detail: string }
  | { type: 'lost'; detail: string }
  | { type: 'wrong-instance'; detail: string }
  | { type: 'exited'; pid: number; code: number | null; signal: string | null }
  | { type: 'gone'; pid: number }
  | { type: 'timer'; epoch: number }
  | { type: 'dependency-ready' }
  | { type: 'dependency-lost'; on: string }
  | { type: 'changed' };

export type EventType = Event['type'];

/** What the loop around the machine shall do, in this order. */
export type Effect =
  | { do: 'spawn' }
  /** To the process group. stop: the signal of the instance's own settings. */
  | { do: 'signal'; signal: 'stop' | 'SIGKILL'; pid: number }
  /** To this process alone: others of its group would be ended by it. */
  | { do: 'ask-in-place'; signal: RestartSignal; pid: number }
  /** Send a `timer` event with this epoch after so long; an older epoch is void. */
  | { do: 'wake'; afterMs: number; epoch: number }
  | { do: 'probe'; pid: number }
  | { do: 'stop-probing' }
  /** End what the dead process left behind: its group, and (`deep`) descendants that had left the group. */
  | { do: 'clear'; pid: number; deep: boolean };

/** In a word or two what each event means, for the reference. */
export const EVENT_MEANINGS: Record<EventType, string> = {
  start: 'somebody wants it up',
  stop: 'somebody wants it down',
  restart: 'somebody wants a new process',
  'restart-in-place': 'somebody wants it restarted, and its version does that on a signal, with the process that it has',
  spawned: 'there is a process',
  'spawn-failed': 'there is none: the program is missing, may not be run, or the system has no room',
  adopted: 'a process that an earlier supervisor started was found',
  'startup-ok': 'the startup probe succeeded',
  'startup-failed': 'the startup probe failed as often as allowed',
  ready: 'the readiness probe succeeded',
  unready: 'the readiness probe failed as often as allowed',
  'liveness-failed': 'the liveness probe failed as often as allowed',
  lost: 'the connection that its probes hold was closed by it',
  'memory-exceeded': 'it uses more memory than `limits.maxMemory`',
  'wrong-instance': 'another gateway answers in its place',
  exited: 'its process ended',
  gone: 'an adopted process is not there any more',
  timer: 'the time that was asked for has passed',
  'dependency-ready': 'all that it depends on is there',
  'dependency-lost': 'something that it depends on is not there',
  changed: 'its settings or its configuration changed',
};
