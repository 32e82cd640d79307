import type { AgentWaitResult } from '@polygate/protocol';
import { WireError } from '../wire-error.ts';
import type { Turn } from './turn.ts';

const REMEMBER_MS = 300_000;
const MOST_REMEMBERED = 1_000;
/** Turns that go on or wait for another one of their conversation. */
const MOST_UNDER_WAY = 100;

type End = AgentWaitResult & { status: 'ok' | 'error' };

interface Waiting {
  connId: string;
  begun(runId: string): void;
  giveUp(): void;
  stop(why: WireError): void;
}

/** Turns by their ids, which are the idempotency keys of their requests: the same one again is the same turn. */
export class Turns {
  readonly #turns = new Map<string, Turn>();
  /** The end of the last turn of each conversation that has one under way. */
  readonly #lines = new Map<string, Promise<unknown>>();
  readonly #waiting = new Set<Waiting>();
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
    for (const waiting of this.#waiting) waiting.begun(turn.runId);
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

  /** The end of a turn, of one that began already or that begins meanwhile; undefined when time is up, or nobody is there to be told. */
  async wait(runId: string, timeoutMs: number, connId: string): Promise<End | undefined> {
    let timer: NodeJS.Timeout | undefined;
    let waiting: Waiting | undefined;
    try {
      const over = new Promise<End | undefined>((resolve, reject) => {
        const follow = (id: string) => {
          const turn = id === runId ? this.get(runId) : undefined;
          if (turn) void endOf(turn).then(resolve);
        };
        waiting = { connId, begun: follow, giveUp: () => resolve(undefined), stop: reject };
        this.#waiting.add(waiting);
        timer = setTimeout(waiting.giveUp, timeoutMs);
        follow(runId);
      });
      return await over;
    } finally {
      clearTimeout(timer);
      if (waiting) this.#waiting.delete(waiting);
    }
  }

  /** A client is gone: what it waits for is not waited for any longer. */
  disconnected(connId: string): void {
    for (const waiting of this.#waiting) if (waiting.connId === connId) waiting.giveUp();
  }

  /** The gateway stops: nobody waits any longer. */
  stop(): void {
    for (const { stop } of this.#waiting) stop(new WireError('UNAVAILABLE', 'gateway stopping', { retryable: true }));
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

async function endOf(turn: Turn): Promise<End> {
  const { runId, acceptedAt: startedAt, final } = turn;
  const error = await final.then(
    () => undefined,
    ({ message }: Error) => message,
  );
  const times = { startedAt, endedAt: turn.endedAt ?? startedAt };
  return error === undefined ? { runId, status: 'ok', ...times } : { runId, status: 'error', ...times, error };
}
