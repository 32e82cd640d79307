import { connect, type Socket } from 'node:net';

/** An answer as it came. */
export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** A busy machine is no fault of a gateway. */
const PATIENCE_MS = 120_000;

/** A socket on which bytes are sent as they are, and answers of HTTP/1.1 read. */
export class RawHttp {
  readonly #socket: Socket;
  #unread = Buffer.alloc(0);
  #over = false;
  #wake = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#over = true;
      this.#wake();
    });
  }

  static open(port: number): Promise<RawHttp> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new RawHttp(socket)));
      socket.once('error', reject);
    });
  }

  get isOpen(): boolean {
    return !this.#over;
  }

  write(bytes: string | Buffer): void {
    if (!this.#over) this.#socket.write(bytes);
  }

  end(): void {
    this.#socket.destroy();
  }

  /** The next answer, those that only say to go on left out; undefined when the socket ends first. `toHead`: it has no body. */
  async answer({ toHead = false } = {}): Promise<HttpAnswer | undefined> {
    for (;;) {
      const head = await this.#upTo('\r\n\r\n');
      if (head === undefined) return undefined;
      const [first = '', ...lines] = head.split('\r\n');
      const status = Number(first.split(' ')[1]);
      const headers = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
      );
      if (status >= 100 && status < 200) continue;
      const body = toHead || status === 204 || status === 304 ? '' : await this.#body(headers);
      return body === undefined ? undefined : { status, headers, body };
    }
  }

  /** Everything that comes until the socket ends. */
  async rest(): Promise<string> {
    await this.#until(() => this.#over);
    return this.#unread.toString('latin1');
  }

  async #body(headers: Record<string, string>): Promise<string | undefined> {
    const length = headers['content-length'];
    if (length !== undefined) return (await this.#take(Number(length)))?.toString('utf8');
    if (headers['transfer-encoding'] !== 'chunked') return this.rest();
    const chunks: Buffer[] = [];
    for (;;) {
      const size = await this.#upTo('\r\n');
      const chunk = size === undefined ? undefined : await this.#take(Number.parseInt(size, 16));
      if (chunk === undefined || (await this.#upTo('\r\n')) === undefined) return undefined;
      if (chunk.length === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk);
    }
  }

  async #upTo(end: string): Promise<string | undefined> {
    await this.#until(() => this.#over || this.#unread.includes(end));
    const at = this.#unread.indexOf(end);
    if (at < 0) return undefined;
    const text = this.#unread.toString('latin1', 0, at);
    this.#unread = this.#unread.subarray(at + end.length);
    return text;
  }

  async #take(length: number): Promise<Buffer | undefined> {
    await this.#until(() => this.#over || this.#unread.length >= length);
    if (this.#unread.length < length) return undefined;
    const taken = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return taken;
  }

  async #until(isThere: () => boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      while (!isThere())
        await new Promise<void>((resolve, reject) => {
          this.#wake = resolve;
          timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
        }).finally(() => clearTimeout(timer));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The bytes of a request. `body`: with its length, unless the headers say otherwise. */
export function requestBytes(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): string {
  const length = body === undefined || Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name));
  const all = { Host: '127.0.0.1', ...headers, ...(length ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}
