import {
  type ErrorShape,
  type EventFrame,
  type ResponseFrame,
  validateEventFrame,
  validateResponseFrame,
} from '@polygate/protocol/client';
import WebSocket from 'ws';

/** Frames from a gateway are bounded like those that newer generations send. */
const MAX_FRAME_BYTES = 26 * 1024 * 1024;

/** The socket closed before what was waited for came. */
export class SocketClosed extends Error {
  override readonly name = 'SocketClosed';
  readonly closeCode: number;
  readonly closeReason: string;
  constructor(closeCode: number, closeReason: string) {
    super(closeReason ? `closed: ${closeReason} (${closeCode})` : `closed (${closeCode})`);
    this.closeCode = closeCode;
    this.closeReason = closeReason;
  }
}

/** The gateway answered a request with an error. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly error: ErrorShape;
  constructor(error: ErrorShape) {
    super(`${error.code}: ${error.message}`);
    this.error = error;
  }
}

/** Nothing came within the time allowed. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** What answered the upgrade was HTTP, not WebSocket. */
export class NotWebSocket extends Error {
  override readonly name = 'NotWebSocket';
  readonly status: number | undefined;
  /** When a server that has no room now wants to be asked again. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, status?: number, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

type Waiter = { resolve(payload: unknown): void; reject(error: Error): void };

/** Frames over one WebSocket: requests matched with their answers, events handed on, every wait bounded. */
export class FrameSocket {
  onEvent: (frame: EventFrame) => void = () => undefined;
  onClose: (closed: SocketClosed) => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #waiters = new Map<string, Waiter>();
  #nextId = 0;
  #closed: SocketClosed | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#receive(String(data));
    });
    socket.on('close', (code, reason) => this.#end(new SocketClosed(code, reason.toString())));
    // An error is always followed by close, which ends all waits.
    socket.on('error', () => undefined);
  }

  /** Opens a socket. `onEvent` is set before any frame can arrive. @throws NotWebSocket, TimedOut or the connection's error. */
  static open(url: string, options: { timeoutMs: number; onEvent(frame: EventFrame): void }): Promise<FrameSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, {
        maxPayload: MAX_FRAME_BYTES,
        perMessageDeflate: false,
        handshakeTimeout: options.timeoutMs,
        followRedirects: false,
      });
      const frames = new FrameSocket(socket);
      frames.onEvent = options.onEvent;
      socket.once('open', () => resolve(frames));
      socket.once('unexpected-response', (_, response) => {
        socket.terminate();
        const { statusCode, headers } = response;
        const seconds = statusCode === 503 ? Number(headers['retry-after'] ?? Number.NaN) : Number.NaN;
        const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
        reject(new NotWebSocket(`answers HTTP ${statusCode} to a WebSocket request`, statusCode, retryAfterMs));
      });
      socket.once('error', (error) => reject(asOpenError(error)));
      socket.once('close', (code, reason) => reject(new SocketClosed(code, reason.toString())));
    });
  }

  /**
   * Sends a request and waits for its answer; with `final`, of an answer in two stages for the second.
   * @throws RequestRefused, TimedOut or SocketClosed.
   */
  request(method: string, params: unknown, timeoutMs: number, final = false): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      this.#nextId += 1;
      const id = String(this.#nextId);
      const timer = setTimeout(
        () => settle(() => reject(new TimedOut(`no answer to ${method} within ${timeoutMs} ms`))),
        timeoutMs,
      );
      const settle = (then: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(id);
        then();
      };
      this.#waiters.set(id, {
        resolve: (payload) => {
          if (!final || !isAccepted(payload)) settle(() => resolve(payload));
        },
        reject: (error) => settle(() => reject(error)),
      });
      this.#socket.send(JSON.stringify({ type: 'req', id, method, ...(params === undefined ? {} : { params }) }));
    });
  }

  /** Closes and lets go of the process at once; waits end with SocketClosed. */
  close(): void {
    this.#socket.close(1000);
    // The peer may never answer the close: do not wait for it.
    this.#socket.terminate();
  }

  #receive(text: string): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (validateResponseFrame(frame)) {
      const { id, ok, payload, error } = frame as ResponseFrame;
      const waiter = this.#waiters.get(id);
      if (ok) waiter?.resolve(payload);
      else waiter?.reject(new RequestRefused(error ?? { code: 'UNAVAILABLE', message: 'refused without a reason' }));
    } else if (validateEventFrame(frame)) {
      this.onEvent(frame as EventFrame);
    }
  }

  #end(closed: SocketClosed): void {
    this.#closed = closed;
    for (const waiter of [...this.#waiters.values()]) waiter.reject(closed);
    this.onClose(closed);
  }
}

const isAccepted = (payload: unknown) => (payload as { status?: unknown } | null | undefined)?.status === 'accepted';

// ws words a missing Upgrade header, a bad accept key or a non-HTTP answer as plain errors.
function asOpenError(error: Error): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (/handshake has timed out/.test(error.message)) return new TimedOut('no answer to the WebSocket request');
  if (code?.startsWith('HPE_') || /Sec-WebSocket|Unexpected server response|Parse Error/.test(error.message)) {
    return new NotWebSocket('does not speak WebSocket');
  }
  return error;
}
