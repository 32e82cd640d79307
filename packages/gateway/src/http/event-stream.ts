import { once } from 'node:events';
import type { Exchange } from './exchange.ts';

const HEADERS = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache', 'X-Accel-Buffering': 'no' };
/** Quiet time after which a comment is sent: proxies take a silent answer for a dead one. */
const QUIET_MS = 15_000;
/** Who takes nothing for so long is let go of. */
const MOST_WAIT_MS = 30_000;

/** An answer that comes in events (text/event-stream), as they happen. */
export class EventStream {
  readonly #exchange: Exchange;
  readonly #beat: NodeJS.Timeout;
  #wasQuiet = false;

  /** Sends the head. */
  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    exchange.head(200, HEADERS);
    exchange.response.flushHeaders();
    this.#beat = setInterval(() => this.#keepAlive(), QUIET_MS);
    exchange.gone.addEventListener('abort', () => clearInterval(this.#beat), { once: true });
  }

  /** Resolves when the client has room for more, or is gone. Events are whole: with their empty line. */
  async write(events: string): Promise<void> {
    const { response, gone } = this.#exchange;
    this.#wasQuiet = false;
    if (gone.aborted || response.write(events)) return;
    const late = setTimeout(() => response.destroy(), MOST_WAIT_MS);
    await once(response, 'drain', { signal: gone }).catch(() => undefined);
    clearTimeout(late);
  }

  end(): void {
    clearInterval(this.#beat);
    this.#exchange.response.end();
  }

  #keepAlive(): void {
    if (this.#wasQuiet && !this.#exchange.response.writableNeedDrain) this.#exchange.response.write(': waiting\n\n');
    this.#wasQuiet = true;
  }
}

/** One event. `name`: its type, where the client goes by it. */
export const event = (data: unknown, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

/** How a stream of OpenAI's API ends. */
export const DONE = 'data: [DONE]\n\n';
