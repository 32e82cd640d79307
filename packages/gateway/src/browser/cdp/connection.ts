import { browserProblem, shownCdpUrl } from '@polygate/core/browser';
import WebSocket from 'ws';

/** The browser's own refusal of one command. */
export class CdpRefused extends Error {
  override readonly name = 'CdpRefused';
}

export interface CallOptions {
  /** The page that it is for; the browser itself without one. */
  sessionId?: string | undefined;
  timeoutMs?: number | undefined;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Tell = (params: Record<string, unknown>) => void;

const HANDSHAKE_MS = 5_000;
const USUAL_MS = 10_000;
/** A picture of a whole page, in base64. */
const MOST_BYTES = 64 * 1024 * 1024;
const SOCKET = { perMessageDeflate: false, maxPayload: MOST_BYTES, handshakeTimeout: HANDSHAKE_MS, followRedirects: false };

/** A connection to a browser by the Chrome DevTools Protocol. Everything that is asked has an end: an answer, a time, or the connection's. */
export class CdpConnection {
  /** Why it ended. */
  readonly closed: Promise<string>;
  readonly #socket: WebSocket;
  readonly #profile: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<Tell>>();
  #last = 0;
  #end: string | undefined;

  private constructor(socket: WebSocket, profile: string) {
    this.#socket = socket;
    this.#profile = profile;
    socket.on('message', (data) => this.#take(String(data)));
    let failure: string | undefined;
    socket.on('error', ({ message }) => {
      failure = message;
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end = failure ?? 'its connection was closed';
        for (const { reject } of this.#waiting.values()) reject(this.#gone());
        this.#waiting.clear();
        resolve(this.#end);
      });
    });
  }

  /** @throws Problem BROWSER_UNREACHABLE, with no secret of the address in it */
  static open(url: string, profile: string): Promise<CdpConnection> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, SOCKET);
      const failed = (error: Error) =>
        reject(
          browserProblem('BROWSER_UNREACHABLE', { profile, url: shownCdpUrl(url), reason: error.message }, { cause: error }),
        );
      socket.once('error', failed);
      socket.once('open', () => {
        socket.off('error', failed);
        resolve(new CdpConnection(socket, profile));
      });
    });
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** @throws CdpRefused, Problem BROWSER_TIMEOUT or BROWSER_GONE */
  call<T = Record<string, unknown>>(
    method: string,
    params: Record<string, unknown> = {},
    { sessionId, timeoutMs = USUAL_MS }: CallOptions = {},
  ): Promise<T> {
    if (this.#end !== undefined) return Promise.reject(this.#gone());
    this.#last += 1;
    const id = this.#last;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(browserProblem('BROWSER_TIMEOUT', { what: method, ms: timeoutMs }));
      }, timeoutMs);
      const settle =
        <A>(end: (value: A) => void) =>
        (value: A) => {
          clearTimeout(timer);
          end(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve as (result: unknown) => void), reject: settle(reject) });
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
  }

  /** Calls with what the browser tells of this event, of one page or of itself. Gives the end of it. */
  on(event: string, sessionId: string | undefined, tell: Tell): () => void {
    const key = `${sessionId ?? ''} ${event}`;
    const tells = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, tells.add(tell));
    return () => {
      tells.delete(tell);
      if (tells.size === 0) this.#listeners.delete(key);
    };
  }

  close(): void {
    this.#socket.terminate();
  }

  #gone(): Error {
    return browserProblem('BROWSER_GONE', { profile: this.#profile, reason: this.#end ?? 'its connection was closed' });
  }

  #take(text: string): void {
    const frame = parsed(text);
    if (!frame) {
      this.close();
      return;
    }
    const { id, method, params, sessionId, result, error } = frame;
    if (method !== undefined) {
      for (const tell of this.#listeners.get(`${sessionId ?? ''} ${method}`) ?? []) tell(params ?? {});
      return;
    }
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !waiting) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(new CdpRefused(String(error.message ?? 'no reason given').slice(0, 300)));
    else waiting.resolve(result ?? {});
  }
}

interface CdpFrame {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  sessionId?: string;
  result?: unknown;
  error?: { message?: unknown };
}

/** undefined for what no browser says: whoever that is, it is not spoken to any longer. */
function parsed(text: string): CdpFrame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === 'object' && frame !== null ? (frame as CdpFrame) : undefined;
  } catch {
    return undefined;
  }
}
