import { WebSocket } from 'ws';
import type { FuzzFrame } from './frames.ts';

/** A busy machine is no fault of a gateway. */
const PATIENCE_MS = 120_000;
/** Codes of refusals that clients are told of. */
export const DOCUMENTED: ReadonlySet<string> = new Set([
  'NOT_LINKED',
  'NOT_PAIRED',
  'AGENT_TIMEOUT',
  'INVALID_REQUEST',
  'UNAVAILABLE',
]);

const EVENT = '{"type":"event"';

export interface Answer {
  type: string;
  id?: string;
  ok?: boolean;
  payload?: unknown;
  error?: { code: string; message: string; details?: unknown };
}

/** A client that keeps nothing of what it is told. */
export class Peer {
  readonly closed: Promise<number>;
  onAnswer: (answer: Answer) => void = () => undefined;
  /** Without it events are not even parsed: in a crowd that alone would be more than one process can do. */
  onEvent: ((event: { event: string; seq?: number }) => void) | undefined;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (answer: Answer | Error) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      if (!this.onEvent && data.toString('latin1', 0, EVENT.length) === EVENT) return;
      const frame = JSON.parse(String(data)) as Answer & { event: string };
      if (frame.type === 'event') return this.onEvent?.(frame);
      const wake = this.#waiting.get(frame.id ?? '');
      if (wake) {
        this.#waiting.delete(frame.id ?? '');
        wake(frame);
      } else this.onAnswer(frame);
    });
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    void this.closed.then((code) => {
      for (const wake of this.#waiting.values()) wake(new Error(`closed with ${code}`));
    });
    socket.on('error', () => undefined);
  }

  /** Tries again where the door is full: that is what 503 means. */
  static async open({ port }: { port: number }): Promise<Peer> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await new Promise((resolve, reject) => {
          const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
          const peer = new Peer(socket);
          socket.once('open', () => resolve(peer));
          socket.once('error', reject);
        });
      } catch (error) {
        if (tries >= 500 || !String(error).includes('503')) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: FuzzFrame): void {
    this.#socket.send(frame);
  }

  ping(): void {
    this.#socket.ping('x');
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.terminate();
  }

  hello(token: string, changes: Record<string, unknown> = {}): Promise<Answer> {
    const client = { id: 'test', version: '1', platform: 'linux', mode: 'test' };
    return this.ask('hello', 'connect', { minProtocol: 3, maxProtocol: 3, client, auth: { token }, ...changes });
  }

  async ask(id: string, method: string, params?: unknown): Promise<Answer> {
    const answered = new Promise<Answer | Error>((resolve) => this.#waiting.set(id, resolve));
    this.send(JSON.stringify({ type: 'req', id, method, params }));
    const answer = await within(answered, `no answer to ${method}`);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

export async function within<T>(promise: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${otherwise} in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
