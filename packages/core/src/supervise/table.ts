import type { Action } from './actions.ts';
import { STATES, type State } from './child.ts';
import type { EventType } from './events.ts';

const __ = 'stay';

/** A cell for every state, in the order of STATES. One that is missing does not compile. */
type Row = readonly [
  down: Action,
  blocked: Action,
  spawning: Action,
  starting: Action,
  running: Action,
  ready: Action,
  restarting: Action,
  stopping: Action,
  waiting: Action,
  parked: Action,
  ended: Action,
];

/** What is done when an event meets a state. What cannot happen in a state is there too, and changes nothing. */
// biome-ignore format: it is a table
export const TABLE: Record<EventType, Row> = {
  //                   down     blocked    spawning  starting   running    ready       restarting stopping  waiting  parked   ended
  start:              ['begin', __,        'want',   __,        __,        __,         __,        'want',   'begin', 'begin', 'begin'],
  stop:               [__,      'drop',    'unwant', 'end',     'end',     'end',      'end',     'unwant', 'drop',  'drop',  'drop'],
  restart:            ['begin', __,        'want',   'end',     'end',     'end',      'end',     'want',   'begin', 'begin', 'begin'],
  'restart-in-place': ['begin', __,        'want',   'end',     'end',     'turn',     __,        'want',   'begin', 'begin', 'begin'],
  spawned:            [__,      __,        'born',   __,        __,        __,         __,        __,       __,      __,      __],
  'spawn-failed':     [__,      __,        'unborn', __,        __,        __,         __,        __,       __,      __,      __],
  adopted:            ['adopt', 'adopt',   __,       __,        __,        __,         __,        __,       'adopt', 'adopt', 'adopt'],
  'startup-ok':       [__,      __,        __,       'pass',    __,        __,         __,        __,       __,      __,      __],
  'startup-failed':   [__,      __,        __,       'replace', __,        __,         __,        __,       __,      __,      __],
  ready:              [__,      __,        __,       'serve',   'serve',   'serve',    __,        __,       __,      __,      __],
  unready:            [__,      __,        __,       __,        'note',    'withdraw', 'leave',   __,       __,      __,      __],
  'liveness-failed':  [__,      __,        __,       __,        'replace', 'replace',  'replace', __,       __,      __,      __],
  'memory-exceeded':  [__,      __,        __,       'replace', 'replace', 'replace',  'replace', __,       __,      __,      __],
  lost:               [__,      __,        __,       __,        __,        __,         'leave',   __,       __,      __,      __],
  'wrong-instance':   [__,      __,        __,       'accuse',  'accuse',  'accuse',   'accuse',  __,       __,      __,      __],
  exited:             [__,      __,        __,       'bury',    'bury',    'bury',     'bury',    'bury',   __,      __,      __],
  gone:               [__,      __,        __,       'bury',    'bury',    'bury',     'bury',    'bury',   __,      __,      __],
  timer:              [__,      __,        __,       __,        __,        __,         'end',     'kill',   'again', 'try',   __],
  'dependency-ready': ['met',   'release', 'met',    'met',     'met',     'met',      'met',     'met',    'met',   'met',   'met'],
  'dependency-lost':  ['miss',  'miss',    'miss',   'miss',    'miss',    'miss',     'miss',    'miss',   'miss',  'miss',  'miss'],
  changed:            [__,      __,        __,       __,        __,        __,         __,        __,       'begin', 'begin', __],
};

export const actionFor = (state: State, event: EventType): Action => TABLE[event][STATES.indexOf(state)] as Action;

export const STATE_MEANINGS: Record<State, string> = {
  down: 'It is not wanted, and there is no process.',
  blocked: 'It is wanted; what it depends on is not there yet.',
  spawning: 'A process is being made.',
  starting: 'There is a process; its startup probe has not succeeded yet.',
  running: 'It has started and is not ready.',
  ready: 'It is ready.',
  restarting: 'It was told to restart with the process that it has, and has not gone yet.',
  stopping: 'Its process was asked to end.',
  waiting: 'It ended; it is started again after a pause.',
  parked: 'It is not started again for now: a crash loop, a program that cannot be run, or a fatal configuration (78).',
  ended: 'It ended, and `restart.policy` is `never`.',
};
