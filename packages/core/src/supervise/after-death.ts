import { EXIT } from '../errors/exit-codes.ts';
import type { Move } from './actions.ts';
import { restartDelayMs } from './backoff.ts';
import type { Child, Context } from './child.ts';
import type { Death } from './report.ts';

/** A process that the supervisor ended because somebody asked for it says nothing about its health. */
const counts = ({ by }: Death) => by !== 'stop' && by !== 'restart';
/** So many windows' worth of deaths in a row are a loop too, however slow. */
const SLOW_LOOP = 2;
const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

/** What follows the end of a process. `child` has no process any more, and the death is its last one. */
export function afterDeath(child: Child, death: Death, context: Context): Move {
  const { now, restart } = context;
  if (!child.wanted.value) return { set: { state: 'down', reason: null } };
  if (child.follow === 'again') return spawn({ ...child, failures: 0, countFrom: now, trial: false }, true);
  const fatal = death.by === null ? fatalReason(death.code, restart) : undefined;
  if (fatal !== undefined) {
    const { fatalRetries = 0 } = restart;
    const before = child.deaths.filter(
      (d) => d !== death && d.at > child.countFrom && fatalReason(d.code, restart) !== undefined,
    );
    if (before.length < fatalRetries) return wait({ ...child, failures: child.failures + 1 }, context, fatal);
    return { set: { state: 'parked', reason: `${fatal}, then start it again` } };
  }
  if (restart.when === 'never') return { set: { state: 'ended', reason: 'it ended, and restart.policy is never' } };
  if (hasProven(child, context)) return spawn({ ...child, failures: 0, countFrom: now, trial: false }, true);
  const failures = child.failures + 1;
  const loop = loopReason({ ...child, failures }, context);
  if (loop) return park({ ...child, failures }, context, loop);
  // One that had been of use, or at least stayed a while, is given its first restart at once.
  const credit = child.served || death.uptimeMs >= restart.steadyMs ? 1 : 0;
  const delayMs = restartDelayMs(restart, failures - credit, context.random);
  return delayMs === 0 ? spawn({ ...child, failures }, true) : wait({ ...child, failures }, context, null, delayMs);
}

/** What has to be done about an exit after which another start cannot help; undefined for any other. */
function fatalReason(code: number | null, { fatalExits = [] }: Context['restart']): string | undefined {
  if (code === EXIT.config) return 'it ended with a fatal configuration error (78); correct its configuration';
  return code !== null && fatalExits.includes(code)
    ? `it ended with ${code}, by which its make says that another start cannot help; see its log`
    : undefined;
}

/** Whether the present process is, or was, ready for as long as counts. */
export const hasProven = (child: Child, { now, restart }: Context): boolean =>
  child.proven || (child.ready.value && now - child.ready.since >= restart.steadyMs);

/** A new process, or `blocked` while something that it depends on is missing. `again`: it takes the place of another. */
export function spawn(child: Child, again = false): Move {
  const { failures, countFrom, trial, waitsFor } = child;
  const kept = { failures, countFrom, trial, waitsFor };
  return waitsFor === null
    ? {
        set: { ...kept, state: 'spawning', reason: null, restarts: child.restarts + (again ? 1 : 0) },
        effects: [{ do: 'spawn' }],
      }
    : { set: { ...kept, state: 'blocked', reason: `waits for ${waitsFor}` } };
}

/** A pause that grows with the failures. */
export function wait(child: Child, { restart, random }: Context, why: string | null, delayMs?: number): Move {
  const afterMs = delayMs ?? restartDelayMs(restart, child.failures, random);
  const reason = `${why === null ? '' : `${why}; `}starts again in ${afterMs} ms`;
  return { set: { state: 'waiting', failures: child.failures, reason }, wakeAfterMs: afterMs };
}

/** Not again for a long time. */
export function park(child: Child, { restart }: Context, why: string): Move {
  const reason = `${why}; tried again in ${seconds(restart.parkedRetryMs)}`;
  return { set: { state: 'parked', failures: child.failures, reason }, wakeAfterMs: restart.parkedRetryMs };
}

function loopReason(child: Child, { now, restart }: Context): string | undefined {
  const { failures, countFrom, deaths, trial } = child;
  if (trial) return 'it ended again when it was tried';
  const recent = deaths.filter((d) => counts(d) && d.at > countFrom && now - d.at <= restart.loopWindowMs).length;
  if (recent >= restart.loopDeaths) return `it ended ${recent} times within ${seconds(restart.loopWindowMs)}`;
  return failures >= SLOW_LOOP * restart.loopDeaths
    ? `it ended ${failures} times in a row without having been ready for ${seconds(restart.steadyMs)}`
    : undefined;
}
