import { WebSocket } from 'ws';

export interface Frame {
  type: string;
  id?: string;
  ok?: boolean;
  event?: string;
  seq?: number;
  payload?: unknown;
  error?: { code: string; message: string; details?: Record<string, unknown> };
}

/** A client that knows nothing of Polygate's own: a socket, the frames that came, and how it ended. */
export class RawClient {
  readonly frames: Frame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  #wake: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      for (const wake of this.#wake.splice(0)) wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        for (const wake of this.#wake.splice(0)) wake();
      });
    });
    socket.on('error', () => undefined);
  }

  static open(url: string, options: { origin?: string; headers?: Record<string, string> } = {}): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, options);
      const client = new RawClient(socket);
      socket.once('open', () => resolve(client));
      socket.once('error', reject);
    });
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.close();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** The first frame that matches, among those that came and those that come. */
  async frame(matches: (frame: Frame) => boolean, timeoutMs = 10_000): Promise<Frame> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const found = this.frames.find(matches);
      if (found) return found;
      if (Date.now() > end || this.#socket.readyState === WebSocket.CLOSED) {
        throw new Error(`no such frame; got ${JSON.stringify(this.frames).slice(0, 2000)}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        setTimeout(resolve, Math.max(1, end - Date.now())).unref();
      });
    }
  }

  event(name: string): Promise<Frame> {
    return this.frame((f) => f.event === name);
  }

  async request(id: string, method: string, params?: unknown): Promise<Frame> {
    this.send({ type: 'req', id, method, ...(params === undefined ? {} : { params }) });
    return this.frame((f) => f.type === 'res' && f.id === id);
  }
}

/** connect params of an ordinary operator client, with what a test changes. */
export function connectParams(token: string | undefined, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    minProtocol: 3,
    maxProtocol: 3,
    client: { id: 'cli', version: '1.0.0', platform: 'linux', mode: 'cli' },
    caps: [],
    ...(token === undefined ? {} : { auth: { token } }),
    ...changes,
  };
}
