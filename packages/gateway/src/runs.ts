import type { AgentResult, AgentWaitResult } from '@polygate/protocol';
import { WireError } from './wire-error.ts';

const REMEMBER_MS = 300_000;
const MOST_RUNS = 1_000;

/** A run of an agent, from the moment that it was accepted. */
export interface Run {
  accepted: AgentResult;
  /** Rejects with a WireError where the turn failed. */
  final: Promise<AgentResult>;
}

/** A turn that failed: its last answer is an error, and tells of the run all the same. */
export class RunFailed extends WireError {
  readonly payload: AgentResult;
  constructor(runId: string, summary: string) {
    super('UNAVAILABLE', summary);
    this.payload = { runId, status: 'error', summary };
  }
}

type End = AgentWaitResult & { status: 'ok' | 'error' };

interface Waiting {
  connId: string;
  begun(runId: string): void;
  giveUp(): void;
  stop(why: WireError): void;
}

/** Runs by their ids, which are the idempotency keys of their requests: the same one again is the same run. */
export class Runs {
  readonly #runs = new Map<string, { run: Run; end: Promise<End>; endedAt: number | undefined }>();
  readonly #waiting = new Set<Waiting>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Begins a run, or gives the one that has this id already. */
  begin(runId: string, turn: () => Promise<AgentResult>): Run {
    this.#forget();
    const known = this.#runs.get(runId);
    if (known) return known.run;
    const startedAt = this.#now();
    const final = turn();
    const run: Run = { accepted: { runId, status: 'accepted', acceptedAt: startedAt }, final };
    const end = final.then(
      (): End => ({ runId, status: 'ok', startedAt, endedAt: this.#now() }),
      (error: Error): End => ({ runId, status: 'error', startedAt, endedAt: this.#now(), error: error.message }),
    );
    const kept = { run, end, endedAt: undefined as number | undefined };
    void end.then(({ endedAt }) => {
      kept.endedAt = endedAt;
    });
    this.#runs.set(runId, kept);
    for (const waiting of this.#waiting) waiting.begun(runId);
    return run;
  }

  /** The end of a run, of one that began already or that begins meanwhile; undefined when time is up, or nobody is there to be told. */
  async wait(runId: string, timeoutMs: number, connId: string): Promise<End | undefined> {
    let timer: NodeJS.Timeout | undefined;
    let waiting: Waiting | undefined;
    try {
      const over = new Promise<End | undefined>((resolve, reject) => {
        const follow = (id: string) => {
          if (id === runId) void this.#runs.get(runId)?.end.then(resolve);
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

  #forget(): void {
    for (const [runId, { endedAt }] of this.#runs) {
      if (this.#runs.size < MOST_RUNS && (endedAt === undefined || this.#now() - endedAt <= REMEMBER_MS)) continue;
      this.#runs.delete(runId);
    }
  }
}
