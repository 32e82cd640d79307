import type { EventPayloads } from '@polygate/protocol';
import type { GatewayState } from '../state.ts';
import { within } from '../within.ts';
import { isAborted, type Turn } from './turn.ts';

/** Between two chat events of one turn, which hold all of the answer so far; a figure of the family. */
const CHAT_EVERY_MS = 150;
/** Characters of the answer so far that are told in a millisecond at most: a long answer is told in fewer events. */
const CHARS_PER_MS = 1_000;

const MOST_WAIT_MS = 1_000;

/** Tells every client what happens in a turn, as `agent` and `chat` events in the family's form. */
export class Telling {
  readonly #state: GatewayState;
  readonly #turn: Turn;
  #seq = 0;
  #text = '';
  #chatAt = Number.NEGATIVE_INFINITY;

  constructor(state: GatewayState, turn: Turn) {
    this.#state = state;
    this.#turn = turn;
  }

  /** From its beginning to its end. */
  async follow(): Promise<void> {
    // That it was accepted is told first.
    await new Promise((resolve) => setImmediate(resolve));
    const { acceptedAt, final } = this.#turn;
    this.#agent('lifecycle', { phase: 'start', startedAt: acceptedAt });
    for await (const delta of this.#turn.deltas()) {
      this.#text += delta;
      this.#agent('assistant', { text: this.#text, delta });
      this.#chatDelta();
      const pause = Math.floor(this.#text.length / CHARS_PER_MS);
      if (pause > 0 && !this.#turn.isOver) await this.#state.options.clock.sleep(pause);
    }
    // Who hears of the end finds it written down.
    await within(this.#turn.doing, MOST_WAIT_MS);
    await final.then(
      ({ usage, stopReason }) => {
        this.#agent('lifecycle', { phase: 'end', startedAt: acceptedAt, endedAt: this.#now() });
        const message = this.#text === '' ? {} : { message: this.#message() };
        this.#chat({ state: 'final', ...message, stopReason, ...(usage ? { usage } : {}) });
      },
      (error: Error) => {
        const aborted = isAborted(error);
        const endedAt = this.#now();
        this.#agent('lifecycle', { phase: 'error', error: error.message, ...(aborted ? { aborted } : {}), endedAt });
        if (aborted) this.#chat({ state: 'aborted', stopReason: error.message });
        else this.#chat({ state: 'error', errorMessage: error.message });
      },
    );
  }

  toolRefused(name: string): void {
    this.#agent('tool', { phase: 'result', name: name.slice(0, 100), isError: true, result: 'this gateway runs no tools' });
  }

  #chatDelta(): void {
    const now = this.#state.options.clock.monotonic();
    if (now - this.#chatAt < CHAT_EVERY_MS) return;
    this.#chatAt = now;
    this.#chat({ state: 'delta', message: this.#message() });
  }

  #message(): unknown {
    return { role: 'assistant', content: [{ type: 'text', text: this.#text }], timestamp: this.#now() };
  }

  #agent(stream: string, data: unknown): void {
    const { runId, sessionKey } = this.#turn;
    this.#seq += 1;
    const of = sessionKey === undefined ? {} : { sessionKey };
    this.#state.hub.broadcast('agent', { runId, seq: this.#seq, stream, ts: this.#now(), data, ...of });
  }

  #chat(event: Omit<EventPayloads['chat'], 'runId' | 'sessionKey' | 'seq'>): void {
    const { runId, sessionKey } = this.#turn;
    if (sessionKey !== undefined) this.#state.hub.broadcast('chat', { runId, sessionKey, seq: this.#seq, ...event });
  }

  #now(): number {
    return this.#state.options.clock.now();
  }
}
