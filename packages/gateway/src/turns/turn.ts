import { type WireCode, WireError } from '../wire-error.ts';
import type { ModelRef } from './models.ts';
import type { Usage } from './provider.ts';

/** How a turn ended well. */
export interface TurnResult extends ModelRef {
  text: string;
  /** length: the model was cut off by its own limit. */
  stopReason: 'stop' | 'length';
  usage?: Usage;
  /** Where it is kept. */
  sessionId?: string;
}

/** A turn that failed: its last answer is an error, and tells of the run all the same. */
export class RunFailed extends WireError {
  readonly payload: { runId: string; status: 'error'; summary: string };
  constructor(runId: string, code: WireCode, summary: string, rest: ConstructorParameters<typeof WireError>[2] = {}) {
    super(code, summary, rest);
    this.payload = { runId, status: 'error', summary };
  }
}

export interface TurnOptions {
  /** The idempotency key of its request. */
  runId: string;
  /** The conversation that it belongs to; none: it stands by itself. */
  sessionKey?: string | undefined;
  agentId: string;
  model: ModelRef;
  /** Milliseconds that it may take from now on. */
  timeoutMs: number;
  now(): number;
}

/**
 * One turn of an agent, from the moment that it was accepted. Its text can be read as it comes, by any number of readers and
 * from the beginning whenever they come. Nobody has to read: a turn goes on without.
 */
export class Turn {
  readonly runId: string;
  readonly sessionKey: string | undefined;
  readonly agentId: string;
  readonly model: ModelRef;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** Set when it is over. */
  endedAt: number | undefined;
  /** Rejects with a RunFailed: AGENT_TIMEOUT, UNAVAILABLE; with details.code ABORTED where somebody ended it. */
  readonly final: Promise<TurnResult>;
  /** Given when it is over before its answer is whole; its reason is what the turn ends with. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #parts: string[] = [];
  /** Settles when all that it said, and its end, was told. */
  told: Promise<void> = Promise.resolve();
  /** What is done for it now: when that settles, what it said is written down. */
  doing: Promise<void> = Promise.resolve();
  #chars = 0;
  #readers: (() => void)[] = [];
  #settle: { resolve(result: TurnResult): void; reject(error: RunFailed): void } | undefined;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;

  constructor({ runId, sessionKey, agentId, model, timeoutMs, now }: TurnOptions) {
    this.runId = runId;
    this.sessionKey = sessionKey;
    this.agentId = agentId;
    this.model = model;
    this.#now = now;
    this.acceptedAt = now();
    this.signal = this.#controller.signal;
    this.final = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever waits for it hears of its failure; nobody has to.
    this.final.catch(() => undefined);
    const late = `the agent did not answer within ${timeoutMs / 1000} s`;
    this.#timer = setTimeout(() => this.fail(new RunFailed(runId, 'AGENT_TIMEOUT', late, { retryable: true })), timeoutMs);
  }

  /** What it said so far. */
  get text(): string {
    return this.#parts.join('');
  }

  /** Characters that it said so far. */
  get textLength(): number {
    return this.#chars;
  }

  get isOver(): boolean {
    return this.endedAt !== undefined;
  }

  /**
   * The text as it comes, from the beginning. A slow reader gets more at once instead of a queue that grows. Ends with the
   * turn, however that ends: `final` tells. A reader who leaves ends nothing.
   */
  async *deltas(): AsyncGenerator<string> {
    let read = 0;
    for (;;) {
      if (read < this.#parts.length) {
        const more = this.#parts.slice(read).join('');
        read = this.#parts.length;
        yield more;
      } else if (this.isOver) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#readers.push(resolve));
      }
    }
  }

  /** Ends it, because somebody said so. False when it is over already. */
  abort(reason: string): boolean {
    return this.fail(new RunFailed(this.runId, 'UNAVAILABLE', reason, { retryable: false, details: { code: 'ABORTED' } }));
  }

  /** More of its answer. */
  say(text: string): void {
    if (this.isOver || text === '') return;
    this.#parts.push(text);
    this.#chars += text.length;
    this.#wake();
  }

  succeed(result: Omit<TurnResult, 'text' | keyof ModelRef>): void {
    if (this.#end()) this.#settle?.resolve({ text: this.text, ...this.model, ...result });
  }

  /** False when it is over already. */
  fail(error: RunFailed): boolean {
    if (!this.#end()) return false;
    this.#settle?.reject(error);
    this.#controller.abort(error);
    return true;
  }

  #end(): boolean {
    if (this.isOver) return false;
    this.endedAt = this.#now();
    clearTimeout(this.#timer);
    this.#wake();
    return true;
  }

  #wake(): void {
    for (const wake of this.#readers.splice(0)) wake();
  }
}

/** True for the end of a turn that somebody ended. */
export const isAborted = (error: unknown): boolean =>
  error instanceof RunFailed && (error.shape.details as { code?: unknown } | undefined)?.code === 'ABORTED';
