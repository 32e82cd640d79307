import type { HelloOk, RequestFrame, ResponseFrame, StateVersion } from '@polygate/protocol';
import { validateRequestFrame } from '@polygate/protocol/server';
import type { WebSocket } from 'ws';
import { admit, closeCodeOf, helloOk, newConnId, WrongSecret } from './handshake.ts';
import type { Listener } from './hub.ts';
import { parseJson } from './json.ts';
import type { Caller } from './methods/method.ts';
import type { Peer } from './peer.ts';
import { renderResponse } from './render-response.ts';
import { asWireError, Requests } from './requests.ts';
import type { GatewayState } from './state.ts';
import { WireError } from './wire-error.ts';

const TEXT = { binary: false };
const CLOSE = { normal: 1000, policy: 1008, restart: 1012 };
/** A close reason holds 123 bytes at most (RFC 6455, 5.5.1). */
const MOST_REASON_BYTES = 120;
/** So many pings without a byte in return are a peer that is gone. */
const MOST_UNANSWERED = 2;

/** One client, from the challenge to its end. Whatever it sends, it alone suffers for it. */
export class Connection implements Listener {
  readonly id: string = newConnId();
  /** Settles when the socket is gone. */
  readonly closed: Promise<void>;
  caller: Caller | undefined;
  readonly #socket: WebSocket;
  readonly #state: GatewayState;
  readonly #peer: Peer;
  readonly #wire: { readonly bytesRead: number };
  readonly #nonce = newConnId();
  readonly #handshakeTimer: NodeJS.Timeout;
  #penalty: NodeJS.Timeout | undefined;
  /** What it asks once it has said hello. */
  #requests: Requests | undefined;
  /** Frames that came with the first request while that one is decided: no more than one read of the socket. */
  #held: (string | undefined)[] | undefined;
  #seq = 0;
  /** What had come from it when it was last pinged, and how often nothing more had. */
  #heard = { bytes: 0, unanswered: 0 };

  /** @param wire what `socket` runs over */
  constructor(socket: WebSocket, state: GatewayState, peer: Peer, wire: { readonly bytesRead: number }) {
    this.#socket = socket;
    this.#wire = wire;
    this.#state = state;
    this.#peer = peer;
    // Once what came is read: after a halt of this process or machine it may be late itself, and not the client.
    this.#handshakeTimer = setTimeout(() => setImmediate(() => this.#tooLate()), state.limits.handshakeTimeoutMs);
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? undefined : String(data)));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.#ended(code);
        resolve();
      });
    });
    // Too large a frame, bad UTF-8 and the like: ws closes with the right code, and `close` follows.
    socket.on('error', (error) => state.options.log.debug(`socket error: ${error.message}`, { conn: this.id }));
    state.doorway.enter(this);
    const challenge = { nonce: this.#nonce, ts: state.options.clock.now() };
    this.#send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: challenge }));
  }

  sendEvent(event: string, payload: string, stateVersion?: StateVersion): void {
    this.#seq += 1;
    const version = stateVersion ? `,"stateVersion":${JSON.stringify(stateVersion)}` : '';
    this.#send(`{"type":"event","event":${JSON.stringify(event)},"payload":${payload},"seq":${this.#seq}${version}}`);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, clip(reason));
  }

  /** Cuts a client off that does not even answer the close. */
  terminate(): void {
    this.#socket.terminate();
  }

  ping(): void {
    const { bytesRead } = this.#wire;
    // Any byte is a sign of life: half of a large frame on a slow line, as much as a pong.
    const unanswered = bytesRead === this.#heard.bytes ? this.#heard.unanswered + 1 : 0;
    this.#heard = { bytes: bytesRead, unanswered };
    if (unanswered <= MOST_UNANSWERED) {
      if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
      return;
    }
    this.#state.options.log.info('client cut off: it gives no sign of life', { conn: this.id });
    this.#socket.terminate();
  }

  #tooLate(): void {
    if (this.#held || this.caller) return;
    this.#state.options.log.debug('handshake timeout', { conn: this.id });
    this.#socket.close(CLOSE.normal);
  }

  #receive(text: string | undefined): void {
    // ws hands on what comes after a close: who was turned away has no say any more.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#held) {
      this.#held.push(text);
      return;
    }
    const frame = text === undefined ? undefined : parseJson(text);
    if (this.#requests) this.#requests.answer(frame);
    else void this.#shakeHands(frame);
  }

  async #shakeHands(frame: unknown): Promise<void> {
    if (!validateRequestFrame(frame)) {
      this.close(CLOSE.policy, 'invalid request frame');
      return;
    }
    // Whatever comes after the first request is read when that one is decided; what came along with it is held till then.
    this.#socket.pause();
    this.#held = [];
    clearTimeout(this.#handshakeTimer);
    const { id, method, params } = frame as RequestFrame;
    try {
      if (method !== 'connect') throw new WireError('INVALID_REQUEST', 'invalid handshake: first request must be connect');
      const door = { connId: this.id, nonce: this.#nonce, peer: this.#peer };
      const { caller, auth } = await admit(params, this.#state, door);
      this.#welcome(id, caller, auth);
      const held = this.#held;
      this.#held = undefined;
      for (const text of held) this.#receive(text);
      this.#socket.resume();
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  #welcome(id: string, caller: Caller, auth: HelloOk['auth']): void {
    const { presence, presenceNews, hub, doorway, options } = this.#state;
    doorway.leave(this);
    // It may have gone while a device was looked up.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.caller = caller;
    this.#requests = new Requests({ state: this.#state, caller, respond: (frame) => this.#respondWith(frame) });
    presence.arrive(caller.presence.instanceId ?? this.id, caller.presence);
    this.#respondWith({ type: 'res', id, ok: true, payload: helloOk(this.#state, { connId: this.id, peer: this.#peer }, auth) });
    hub.add(this);
    if (caller.node) this.#state.connectedNodes.arrive({ facts: caller.node, listener: this });
    presenceNews.changed();
    options.log.debug(`connected: ${caller.presence.host}`, { conn: this.id });
  }

  #refuse(id: string, error: unknown): void {
    const { options, throttle, doorway } = this.#state;
    const refusal = asWireError(error);
    if (!(error instanceof WireError))
      options.log.error(`handshake failed: ${(error as Error).stack ?? error}`, { conn: this.id });
    const tell = () => {
      options.log.debug(`refused: ${refusal.message}`, { conn: this.id });
      // Read on, or the answer to the close would never be seen.
      this.#socket.resume();
      this.#respondWith({ type: 'res', id, ok: false, error: refusal.shape });
      this.close(closeCodeOf(refusal), refusal.message);
    };
    if (error instanceof WrongSecret) {
      doorway.penalise(this);
      this.#penalty = setTimeout(tell, throttle.failed(this.#peer.address));
    } else {
      tell();
    }
  }

  #respondWith(frame: ResponseFrame): void {
    this.#send(renderResponse(frame));
  }

  #send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#state.limits.maxBufferedBytes) {
      this.#state.options.log.warn('client cut off: it reads too slowly', { conn: this.id });
      // A close frame would wait behind what is not being read.
      this.#socket.terminate();
      return;
    }
    // As bytes: a text beside the bytes of its head is written in a way that takes the kernel twice as long (Node 20).
    this.#socket.send(Buffer.from(text), TEXT);
  }

  #ended(code: number): void {
    clearTimeout(this.#handshakeTimer);
    clearTimeout(this.#penalty);
    this.#state.doorway.leave(this);
    const { hub, presence, presenceNews, connectedNodes, invocations, turns, canvas } = this.#state;
    canvas.keys.drop(this.id);
    if (!this.caller || !hub.remove(this)) return;
    if (this.caller.node) connectedNodes.leave(this, this.caller.node.nodeId);
    invocations.disconnected(this);
    turns.disconnected(this.id);
    if (presence.leave(this.caller.presence.instanceId ?? this.id, this.caller.presence)) presenceNews.changed();
    this.#state.options.log.debug(`disconnected (${code})`, { conn: this.id });
  }
}

export const CLOSE_RESTART: number = CLOSE.restart;

function clip(reason: string): string {
  const bytes = Buffer.from(reason);
  return bytes.length <= MOST_REASON_BYTES
    ? reason
    : bytes
        .subarray(0, MOST_REASON_BYTES)
        .toString('utf8')
        .replace(/\uFFFD$/, '');
}
