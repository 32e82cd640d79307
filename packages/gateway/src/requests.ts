import type { RequestFrame, ResponseFrame } from '@polygate/protocol';
import { validateRequestFrame } from '@polygate/protocol/server';
import type { Limits } from './limits.ts';
import { type Caller, TwoStages } from './methods/method.ts';
import { beginCall } from './methods/registry.ts';
import type { GatewayState } from './state.ts';
import { RunFailed } from './turns/turn.ts';
import { demand, WireError } from './wire-error.ts';

interface RequestsOptions {
  state: GatewayState;
  caller: Caller;
  respond(frame: ResponseFrame): void;
}

/** Answers what one client asks. What needs no waiting is answered before this returns: most is, and a promise costs more than it. */
export class Requests {
  readonly #options: RequestsOptions;
  #underWay = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  answer(frame: unknown): void {
    const { state, caller } = this.#options;
    const id = idOf(frame);
    let answer: unknown;
    try {
      demand(validateRequestFrame, frame, 'request frame');
      const { method, params } = frame as RequestFrame;
      if (method === 'connect') throw new WireError('INVALID_REQUEST', 'connect is only valid as the first request');
      if (state.stopping) throw new WireError('UNAVAILABLE', 'gateway stopping', { retryable: true });
      if (this.#underWay >= state.limits.maxUnderWay) throw tooMany(state.limits);
      answer = beginCall(method, params, state, caller);
    } catch (error) {
      this.#refuse(id, error);
      return;
    }
    if (answer instanceof Promise || answer instanceof TwoStages) void state.work.during(() => this.#settle(id, answer));
    else this.#give(id, answer);
  }

  async #settle(id: string, answer: unknown): Promise<void> {
    this.#underWay += 1;
    try {
      const settled: unknown = await answer;
      if (settled instanceof TwoStages) {
        this.#give(id, settled.accepted);
        this.#give(id, await settled.final);
      } else {
        this.#give(id, settled);
      }
    } catch (error) {
      this.#refuse(id, error);
    } finally {
      this.#underWay -= 1;
    }
  }

  #give(id: string, payload: unknown): void {
    this.#options.respond({ type: 'res', id, ok: true, payload });
  }

  #refuse(id: string, error: unknown): void {
    const { state, caller, respond } = this.#options;
    if (!(error instanceof WireError))
      state.options.log.error(`request failed: ${(error as Error).stack ?? error}`, { conn: caller.connId });
    respond({
      type: 'res',
      id,
      ok: false,
      ...(error instanceof RunFailed ? { payload: error.payload } : {}),
      error: asWireError(error).shape,
    });
  }
}

// What is not a refusal of ours is a bug: the client learns no more than that.
export const asWireError = (error: unknown): WireError =>
  error instanceof WireError ? error : new WireError('UNAVAILABLE', 'internal error', { retryable: false });

/** The id to answer with; the family's `invalid` where the frame has none. */
function idOf(frame: unknown): string {
  const id = (frame as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && id !== '' ? id : 'invalid';
}

const tooMany = ({ maxUnderWay }: Limits) =>
  new WireError('UNAVAILABLE', `too many requests of this client wait for their answer (${maxUnderWay})`, {
    retryable: true,
    retryAfterMs: 1_000,
  });
