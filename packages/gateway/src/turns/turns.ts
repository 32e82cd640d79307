import type { AgentWaitResult } from '@polygate/protocol';
import { WireError } from '../wire-error.ts';
import type { Turn } from './turn.ts';

const REMEMBER_MS = 300_000;
const MOST_REMEMBERED = 1_000;
/** Turns that go on or wait for another one of their conversation. */
const MOST_UNDER_WAY = 100;

type End = AgentWaitResult & { status: 'ok' | 'error' };

/** Turns by their ids, which are the idempotency keys of their requests: the same one again is the same turn. */
export class Turns {
  readonly #turns = new Map<string, Turn>();
  /** The end of the last turn of each conversation that has one under way. */
  readonly #lines = new Map<string, Promise<unknown>>();
  readonly #waiting = new Set<(runId: string) => void>();
  readonly #stopping = new Set<() => void>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(runId: string): Turn | undefined {
    this.#forget();
    return this.#turns.get(runId);
  }

  /** Those that are not over, of one conversation or of all. */
  underWay(sessionKey?: string): Turn[] {
    return [...this.#turns.values()].filter(
      (turn) => !turn.isOver && (sessionKey === undefined || turn.sessionKey === sessionKey),
    );
  }

  /** @throws WireError UNAVAILABLE where too many go on */
  makeRoom(): void {
    if (this.underWay().length >= MOST_UNDER_WAY)
      throw new WireError('UNAVAILABLE', 'too many turns are under way', { retryable: true, retryAfterMs: 1_000 });
  }

  add(turn: Turn): void {
    this.#turns.set(turn.runId, turn);
    for (const begun of this.#waiting) begun(turn.runId);
  }

  /** Does the work of a turn when those before it in its conversation are done. Never rejects. */
  async inLine({ sessionKey }: Turn, work: () => Promise<void>): Promise<void> {
    if (sessionKey === undefined) return work();
    const before = this.#lines.get(sessionKey) ?? Promise.resolve();
    const done = before.then(work);
    this.#lines.set(sessionKey, done);
    await done;
    if (this.#lines.get(sessionKey) === done) this.#lines.delete(sessionKey);
  }

  /** The end of a turn, of one that began already or that begins meanwhile; undefined when time is up. */
  async wait(runId: string, timeoutMs: number): Promise<End | undefined> {
    let begun: (id: string) => void = () => undefined;
    let stop: () => void = () => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      const begins = new Promise<void>((resolve) => {
        begun = (id) => id === runId && resolve();
        this.#waiting.add(begun);
      });
      const timeUp = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), timeoutMs);
      });
      const stopped = new Promise<never>((_, reject) => {
        stop = () => reject(new WireError('UNAVAILABLE', 'gateway stopping', { retryable: true }));
        this.#stopping.add(stop);
      });
      const ended = (async () => {
        if (!this.get(runId)) await begins;
        return endOf(this.#turns.get(runId));
      })();
      return await Promise.race([ended, timeUp, stopped]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(begun);
      this.#stopping.delete(stop);
    }
  }

  /** The gateway stops: nobody waits any longer. */
  stop(): void {
    for (const stop of this.#stopping) stop();
  }

  /** Ends all that goes on. Resolves when what they leave is written. */
  async abortAll(reason: string): Promise<void> {
    for (const turn of this.underWay()) turn.abort(reason);
    await Promise.all(this.#lines.values());
  }

  #forget(): void {
    for (const [runId, { endedAt }] of this.#turns) {
      if (endedAt === undefined) continue;
      if (this.#turns.size < MOST_REMEMBERED && this.#now() - endedAt <= REMEMBER_MS) continue;
      this.#turns.delete(runId);
    }
  }
}

async function endOf(turn: Turn | undefined): Promise<End | undefined> {
  if (!turn) return undefined;
  const { runId, acceptedAt: startedAt, final } = turn;
  const error = await final.then(
    () => undefined,
    ({ message }: Error) => message,
  );
  const times = { startedAt, endedAt: turn.endedAt ?? startedAt };
  return error === undefined ? { runId, status: 'ok', ...times } : { runId, status: 'error', ...times, error };
}
