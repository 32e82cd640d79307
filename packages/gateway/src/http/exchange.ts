import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Peer, peerOf } from '../peer.ts';
import type { GatewayState } from '../state.ts';
import { errorBody, type HttpError } from './http-error.ts';

/** On every answer: never kept, never guessed at, of no use to a page of another origin. No CORS. */
const ALWAYS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** One request with its answer. */
export class Exchange {
  /** Another one after a restart in place that it waited for. */
  state: GatewayState;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As it was sent, without the query. */
  readonly path: string;
  /** Path of its route; '' where there is none. */
  at = '';
  /** What of the path lies below that of the route: '' or `/…`, as it was sent: not decoded, and not to be trusted. */
  rest = '';
  /** It was told to go on with its body. */
  continued = false;
  #gone: AbortSignal | undefined;

  constructor(state: GatewayState, request: IncomingMessage, response: ServerResponse) {
    this.state = state;
    this.request = request;
    this.response = response;
    this.path = (request.url ?? '').split('?', 1)[0] ?? '';
  }

  get peer(): Peer {
    return peerOf(this.request);
  }

  /** Given when the answer is over: it is whole, or the client left. */
  get gone(): AbortSignal {
    if (this.#gone) return this.#gone;
    const controller = new AbortController();
    const { response } = this;
    if (response.closed || response.destroyed) controller.abort();
    else response.once('close', () => controller.abort());
    this.#gone = controller.signal;
    return this.#gone;
  }

  /** Head of an answer. Headers that are on every answer can be replaced. */
  head(status: number, headers: OutgoingHttpHeaders = {}): void {
    const { answered } = this.state;
    const kind = `${this.at} ${status}`;
    answered.set(kind, (answered.get(kind) ?? 0) + 1);
    // Who would ask again on this connection finds another one: this gateway ends.
    // The same who waits to be told to go on with its body, and is not.
    const isLast = this.state.stopping || (this.request.headers.expect !== undefined && !this.continued);
    const close = isLast ? { Connection: 'close' } : {};
    this.response.writeHead(status, { ...ALWAYS, ...close, ...headers });
  }

  /** A whole answer; of one to HEAD the head. */
  send(status: number, type: string, body: string | Buffer, headers: OutgoingHttpHeaders = {}): void {
    if (this.response.headersSent || this.response.destroyed) return;
    this.head(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers });
    this.response.end(body);
  }

  json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): void {
    this.send(status, 'application/json; charset=utf-8', `${JSON.stringify(value)}\n`, headers);
  }

  refuse(error: HttpError): void {
    this.json(error.status, errorBody(this.path, error), error.headers);
  }
}
