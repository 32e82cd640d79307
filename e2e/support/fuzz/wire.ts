import { connect, type Socket } from 'node:net';
import type { Random } from './frames.ts';
import type { FuzzTarget } from './fuzz.ts';
import { within } from './peer.ts';

type Target = Pick<FuzzTarget, 'port' | 'token'>;

export const UPGRADE =
  'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

const [CONTINUED, TEXT, CLOSE, PING, PONG] = [0, 1, 8, 9, 10];
/** Fewer than ws leaves unanswered at most (`maxPendingAutoPongs` is 60), and many more. */
const [FEW_PINGS, FLOOD] = [50, 2_000];

interface FrameOptions {
  fin?: boolean;
  masked?: boolean;
  /** Reserved bits of the first byte. */
  reserved?: number;
}

/** One WebSocket frame as a client sends it (RFC 6455, 5.2); its mask is zero. */
function frame(opcode: number, payload: string | Buffer, { fin = true, masked = true, reserved = 0 }: FrameOptions = {}): Buffer {
  const bytes = Buffer.from(payload as string);
  const [mask, length] = [masked ? 0x80 : 0, bytes.length];
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | reserved | opcode;
  head[1] = mask | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), bytes]);
}

const request = (id: string, method = 'health') => JSON.stringify({ type: 'req', id, method });
const BAD_UTF8 = Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22]);

/** A case of the protocol below the frames' texts; `run` gives what was not as it should be. */
interface WireCase {
  name: string;
  run(target: Target): Promise<string | undefined>;
}

/** Sends it before hello and after: both are to be closed with this code. */
const closes = (name: string, code: number, bytes: () => Buffer): WireCase => ({
  name,
  async run(target) {
    for (const after of ['before', 'after']) {
      const wire = await Wire.open(target);
      if (after === 'after') await wire.hello(target.token);
      wire.write(bytes());
      const closed = await wire.closed();
      wire.end();
      if (closed !== code) return `closed with ${closed} ${after} hello`;
    }
    return undefined;
  },
});

const answers = (name: string, bytes: () => Buffer[], isDone: (wire: Wire) => Promise<unknown>): WireCase => ({
  name,
  async run(target) {
    const wire = await Wire.open(target);
    await wire.hello(target.token);
    for (const chunk of bytes()) wire.write(chunk);
    await isDone(wire);
    wire.end();
    return undefined;
  },
});

/** What RFC 6455 has a server close with, and what it has it go on with. */
export const WIRE_CASES: readonly WireCase[] = [
  closes('bad UTF-8', 1007, () => frame(TEXT, BAD_UTF8)),
  closes('bad UTF-8 in fragments', 1007, () =>
    Buffer.concat([frame(TEXT, '"', { fin: false }), frame(CONTINUED, BAD_UTF8.subarray(1))]),
  ),
  closes('bad UTF-8 in a close reason', 1007, () => frame(CLOSE, Buffer.concat([Buffer.from([0x03, 0xe8]), BAD_UTF8]))),
  closes('a frame that is not masked', 1002, () => frame(TEXT, request('x'), { masked: false })),
  closes('a ping that is too long', 1002, () => frame(PING, 'x'.repeat(126))),
  closes('a ping in fragments', 1002, () => frame(PING, 'x', { fin: false })),
  closes('a close of one byte', 1002, () => frame(CLOSE, 'x')),
  closes('a close with a code that there is not', 1002, () => frame(CLOSE, Buffer.from([0x03, 0xec]))),
  closes('a reserved bit', 1002, () => frame(TEXT, request('x'), { reserved: 0x20 })),
  closes('compression that was not agreed on', 1002, () => frame(TEXT, request('x'), { reserved: 0x40 })),
  closes('a reserved opcode', 1002, () => frame(3, 'x')),
  closes('a continuation of nothing', 1002, () => frame(CONTINUED, 'x')),
  closes('a new message within one', 1002, () => Buffer.concat([frame(TEXT, '{', { fin: false }), frame(TEXT, '{}')])),
  closes('a length without end', 1009, () => Buffer.from([0x81, 0xff, 0, 0x10, 0, 0, 0, 0, 0, 0])),
  closes('a length above what numbers hold', 1009, () =>
    Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  ),
  closes('fragments that are too much together', 1009, () =>
    Buffer.concat([frame(TEXT, 'x'.repeat(500_000), { fin: false }), frame(CONTINUED, 'x'.repeat(500_000))]),
  ),
  answers(
    'a request in fragments, with a ping between them',
    () => {
      const pieces = [...request('whole')];
      const last = pieces.length - 1;
      return pieces.flatMap((piece, i) => [
        frame(i === 0 ? TEXT : CONTINUED, piece, { fin: i === last }),
        ...(i === 3 ? [frame(PING, 'p')] : []),
      ]);
    },
    (wire) => Promise.all([wire.answer('whole'), wire.pongs(1)]),
  ),
  answers(
    'a request byte by byte',
    () => [...frame(TEXT, request('whole'))].map((byte) => Buffer.from([byte])),
    (wire) => wire.answer('whole'),
  ),
  answers(
    'some pings at once',
    () => [
      Buffer.concat([...Array.from({ length: FEW_PINGS }, () => frame(PING, 'x'.repeat(125))), frame(TEXT, request('whole'))]),
    ],
    (wire) => Promise.all([wire.answer('whole'), wire.pongs(FEW_PINGS)]),
  ),
  // Cut off: a close would wait behind the pongs.
  closes('a flood of pings', 1006, () => Buffer.concat(Array.from({ length: FLOOD }, () => frame(PING, 'x'.repeat(125))))),
  answers(
    'a flood of pongs that nobody asked for',
    () => [Buffer.concat([...Array.from({ length: FLOOD }, () => frame(PONG, '')), frame(TEXT, request('whole'))])],
    (wire) => wire.answer('whole'),
  ),
];

/** Bytes that are no WebSocket frames, or half of one, on a socket of its own that is then let go of. */
export async function breakOff(target: Pick<Target, 'port'>, random: Random): Promise<void> {
  const junk = Buffer.from(Array.from({ length: 40 }, () => Math.floor(random() * 256)));
  const half = Buffer.from([0x81, 0xfe, 0x40, 0x00, 1, 2, 3]);
  const wire = await Wire.open(target);
  wire.write(random() < 0.5 ? junk : half);
  wire.end();
}

/** A client that writes bytes, and reads the frames of the server. */
class Wire {
  readonly #socket: Socket;
  #unread = Buffer.alloc(0);
  #seen: { opcode: number; payload: Buffer }[] = [];
  #over = false;
  #waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#over = true;
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Tries again where the door is full: that is what 503 means. */
  static async open({ port }: Pick<Target, 'port'>): Promise<Wire> {
    for (let tries = 0; ; tries += 1) {
      const wire = await Wire.#upgraded(port);
      if (wire) return wire;
      if (tries >= 500) throw new Error('the gateway had no room');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  static async #upgraded(port: number): Promise<Wire | undefined> {
    const socket = connect(port, '127.0.0.1', () => socket.write(UPGRADE));
    const wire = new Wire(socket);
    let head = Buffer.alloc(0);
    return within(
      new Promise<Wire | undefined>((resolve) => {
        socket.once('close', () => resolve(undefined));
        socket.on('data', function onData(chunk) {
          head = Buffer.concat([head, chunk]);
          const end = head.indexOf('\r\n\r\n');
          if (end < 0) return;
          socket.off('data', onData);
          if (!head.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) return socket.destroy();
          socket.on('data', (more) => wire.#read(more));
          wire.#read(head.subarray(end + 4));
          resolve(wire);
        });
      }),
      'no answer to an upgrade',
    );
  }

  write(bytes: Buffer): void {
    if (!this.#over) this.#socket.write(bytes);
  }

  end(): void {
    this.#socket.destroy();
  }

  async hello(token: string): Promise<void> {
    const client = { id: 'test', version: '1', platform: 'linux', mode: 'test' };
    const params = { minProtocol: 3, maxProtocol: 3, client, auth: { token } };
    this.write(frame(TEXT, JSON.stringify({ type: 'req', id: 'hello', method: 'connect', params })));
    await this.answer('hello');
  }

  /** The answer to a request that is to succeed. */
  answer(id: string): Promise<void> {
    const start = `{"type":"res","id":"${id}","ok":true`;
    return this.#until(
      () => this.#seen.some(({ opcode, payload }) => opcode === TEXT && payload.toString('latin1', 0, start.length) === start),
      `no answer to ${id}`,
    );
  }

  pongs(count: number): Promise<void> {
    return this.#until(() => this.#seen.filter(({ opcode }) => opcode === PONG).length >= count, `no ${count} pongs`);
  }

  /** The code that the server closed it with; 1005 for a close without one, 1006 for none. */
  async closed(): Promise<number> {
    const closing = () => this.#seen.find(({ opcode }) => opcode === CLOSE);
    await this.#until(() => closing() !== undefined || this.#over, 'it was not closed', { mayEnd: true });
    const { payload } = closing() ?? {};
    if (!payload) return 1006;
    return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
  }

  async #until(isThere: () => boolean, otherwise: string, { mayEnd = false } = {}): Promise<void> {
    const waiting = (async () => {
      while (!isThere()) {
        if (this.#over && !mayEnd) throw new Error(`${otherwise}: the socket ended`);
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    })();
    await within(waiting, otherwise);
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const [first, second] = this.#unread;
      if (first === undefined || second === undefined) break;
      const head = second < 126 ? 2 : second === 126 ? 4 : 10;
      if (this.#unread.length < head) break;
      const length = head === 2 ? second : head === 4 ? this.#unread.readUInt16BE(2) : Number(this.#unread.readBigUInt64BE(2));
      if (this.#unread.length < head + length) break;
      this.#seen.push({ opcode: first & 0x0f, payload: this.#unread.subarray(head, head + length) });
      this.#unread = this.#unread.subarray(head + length);
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
