import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { randomFrom } from '../seeded.ts';
import { type FuzzFrame, frameMaker, type Random } from './frames.ts';

export interface FuzzTarget {
  port: number;
  token: string;
  pid: number;
  schemaPath: string;
}

export interface FuzzReport {
  frames: number;
  /** Answers by what they were: ok, an error code, or the code that a socket was closed with. */
  answers: Record<string, number>;
  /** Times that the well-behaved client was answered meanwhile. */
  served: number;
  /** Answers that no client should get. */
  faults: string[];
  /** KiB before and after, where the system tells. */
  rssBefore: number | undefined;
  rssAfter: number | undefined;
}

const SOCKETS = 20;
/** Frames that are sent before their answers are waited for. */
const BURST = 50;
const DOCUMENTED = new Set(['NOT_LINKED', 'NOT_PAIRED', 'AGENT_TIMEOUT', 'INVALID_REQUEST', 'UNAVAILABLE']);
const PATIENCE_MS = 30_000;

/** Sends so many generated frames over real sockets, nine of ten after hello, while a good client is served. @throws what did not hold */
export async function fuzz(target: FuzzTarget, { seed, frames }: { seed: number; frames: number }): Promise<FuzzReport> {
  const report: FuzzReport = { frames: 0, answers: {}, served: 0, faults: [], rssBefore: rssOf(target.pid), rssAfter: undefined };
  const count = (what: string) => {
    report.answers[what] = (report.answers[what] ?? 0) + 1;
  };
  const good = await Peer.open(target);
  await good.hello(target.token);
  let over = false;
  const served = (async () => {
    while (!over) {
      await good.ask(`good ${report.served}`, 'health');
      report.served += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  const each = Math.ceil(frames / SOCKETS);
  try {
    const workers = Array.from({ length: SOCKETS }, (_, i) =>
      hammer(target, randomFrom(seed * 1000 + i), { each, report, count }),
    );
    await Promise.race([Promise.all(workers), served]);
  } finally {
    over = true;
  }
  await served;
  good.end();
  // What was not let go of by then is kept.
  report.rssAfter = rssOf(target.pid);
  return report;
}

interface Share {
  each: number;
  report: FuzzReport;
  count(what: string): void;
}

async function hammer(target: FuzzTarget, random: Random, { each, report, count }: Share): Promise<void> {
  const make = frameMaker(target.schemaPath, random);
  let peer: Peer | undefined;
  for (let sent = 0; sent < each; ) {
    if (random() < 0.3) {
      await beforeHello(target, make(`h${sent}`), count);
      sent += 1;
      report.frames += 1;
      continue;
    }
    if (!peer?.isOpen) {
      peer = await Peer.open(target);
      await peer.hello(target.token);
      peer.onAnswer = ({ ok, error }) => {
        // An internal error is a bug of the gateway, whatever was asked.
        const isOurs = ok || (DOCUMENTED.has(error?.code ?? '') && error?.message !== 'internal error');
        if (!isOurs) report.faults.push(JSON.stringify(error));
        count(ok ? 'ok' : (error?.code ?? ''));
      };
    }
    for (let i = 0; i < BURST && sent < each; i += 1, sent += 1) {
      peer.send(make(`f${sent}`));
      if (random() < 0.01) peer.ping();
      report.frames += 1;
    }
    // Everything before it was read when this is answered: frames are taken in order.
    await peer.ask(`sync ${sent}`, 'health');
    if (random() < 0.05) {
      await breakOff(target.port, random);
      peer.end();
    }
  }
  peer?.end();
}

/** A first frame that is no good hello: the socket is closed with a documented code. */
async function beforeHello(target: FuzzTarget, frame: FuzzFrame, count: (what: string) => void): Promise<void> {
  const peer = await Peer.open(target);
  peer.send(frame);
  const code = await within(peer.closed, 'a frame before hello did not end its socket');
  if (![1002, 1007, 1008, 1009].includes(code)) throw new Error(`closed with ${code} for a bad hello`);
  count(`closed ${code}`);
}

/** Bytes that are no WebSocket frames, or half of one, on a socket of its own that is then let go of. */
function breakOff(port: number, random: Random): Promise<void> {
  const junk = Buffer.from(Array.from({ length: 40 }, () => Math.floor(random() * 256)));
  const invalidUtf8 = Buffer.from([0x81, 0x84, 0, 0, 0, 0, 0xff, 0xfe, 0xc0, 0x80]);
  const half = Buffer.from([0x81, 0xfe, 0x40, 0x00, 1, 2, 3]);
  const bytes = [junk, invalidUtf8, half][Math.floor(random() * 3)] as Buffer;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    });
    socket.once('data', () => {
      socket.write(bytes, () => {
        socket.destroy();
        resolve();
      });
    });
    socket.on('error', () => resolve());
  });
}

interface Answer {
  type: string;
  id?: string;
  ok?: boolean;
  error?: { code: string; message: string };
}

/** A client that keeps nothing of what it is told. */
export class Peer {
  readonly closed: Promise<number>;
  onAnswer: (answer: Answer) => void = () => undefined;
  onEvent: (event: { event: string; seq?: number }) => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (answer: Answer | Error) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Answer & { event: string };
      if (frame.type === 'event') return this.onEvent(frame);
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
  static async open({ port }: Pick<FuzzTarget, 'port'>): Promise<Peer> {
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

/** Resident KiB of a process; undefined where the system does not tell. */
export function rssOf(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
