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

/** Runs by their ids, which are the idempotency keys of their requests: the same one again is the same run. */
export class Runs {
  readonly #runs = new Map<string, { run: Run; end: Promise<End>; endedAt: number | undefined }>();
  readonly #waiting = new Set<(runId: string) => void>();
  readonly #stopping = new Set<() => void>();
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
    for (const begun of this.#waiting) begun(runId);
    return run;
  }

  /** The end of a run, of one that began already or that begins meanwhile; undefined when time is up. */
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
        if (!this.#runs.has(runId)) await begins;
        return this.#runs.get(runId)?.end;
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

  #forget(): void {
    for (const [runId, { endedAt }] of this.#runs) {
      if (this.#runs.size < MOST_RUNS && (endedAt === undefined || this.#now() - endedAt <= REMEMBER_MS)) continue;
      this.#runs.delete(runId);
    }
  }
}
