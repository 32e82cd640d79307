import { newId } from './dom.js';

const PROTOCOL = 3;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** A gateway says something in every tick; after two without a word the socket is dead, whatever the browser thinks. */
const TICKS_OF_SILENCE = 2;
const SILENT = 4000;

/** A refusal, with the code of the protocol. */
export class Refused extends Error {
  constructor({ code, message, details }) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/**
 * A connection to the gateway that the page came from. Comes back by itself when it is lost, but for a secret that is refused.
 * Events: `hello` (detail: what hello-ok holds), `lost` (why), `refused` (the Refused), and `event` ({ event, payload }).
 */
export class Gateway extends EventTarget {
  #socket;
  #secret;
  #client;
  #waiting = new Map();
  #pause = FIRST_PAUSE_MS;
  #timer;
  #watch;
  #seq;

  constructor(client) {
    super();
    this.#client = client;
  }

  /** Connects with a secret, till `leave`. */
  enter(secret) {
    this.leave();
    this.#secret = secret;
    this.#open();
  }

  leave() {
    this.#secret = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#watch);
    this.#socket?.close();
    this.#socket = undefined;
    this.#fail('disconnected');
  }

  /** Asks a method; rejects with a Refused. */
  call(method, params = {}) {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN)
      return Promise.reject(new Refused({ code: 'UNAVAILABLE', message: 'not connected' }));
    const id = newId();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ type: 'req', id, method, params }));
    });
  }

  #open() {
    const at = new URL(location.pathname.replace(/[^/]*$/, ''), location.href);
    at.protocol = at.protocol.replace('http', 'ws');
    const socket = new WebSocket(at);
    this.#socket = socket;
    this.#seq = undefined;
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#take(JSON.parse(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#closed(code, reason);
    };
  }

  #take(frame) {
    this.#alive();
    if (frame.type === 'res') {
      const waiting = this.#waiting.get(frame.id);
      this.#waiting.delete(frame.id);
      if (frame.ok) waiting?.resolve(frame.payload);
      else waiting?.reject(new Refused(frame.error));
    } else if (frame.event === 'connect.challenge') {
      this.#sayHello();
    } else if (frame.type === 'event') {
      if (this.#seq !== undefined && frame.seq !== this.#seq + 1) this.#tell('gap');
      this.#seq = frame.seq;
      this.#tell('event', frame);
    }
  }

  async #sayHello() {
    const auth = { token: this.#secret, password: this.#secret };
    const connect = { minProtocol: PROTOCOL, maxProtocol: PROTOCOL, client: this.#client, role: 'operator', auth };
    try {
      const hello = await this.call('connect', {
        ...connect,
        userAgent: navigator.userAgent.slice(0, 200),
        locale: navigator.language,
      });
      this.#pause = FIRST_PAUSE_MS;
      this.silenceMs = hello.policy.tickIntervalMs * TICKS_OF_SILENCE;
      this.#alive();
      this.#tell('hello', hello);
    } catch (error) {
      // Other refusals pass: it stops, or starts.
      if (error.code === 'UNAVAILABLE') return;
      this.#secret = undefined;
      this.#tell('refused', error);
    }
  }

  #alive() {
    clearTimeout(this.#watch);
    if (this.silenceMs) this.#watch = setTimeout(() => this.#socket?.close(SILENT, 'silent'), this.silenceMs);
  }

  #closed(code, reason) {
    clearTimeout(this.#watch);
    this.#fail('the connection was lost');
    if (this.#secret === undefined) return;
    this.#tell('lost', reason || (code === SILENT ? 'the gateway is silent' : 'the gateway cannot be reached'));
    this.#timer = setTimeout(() => this.#open(), this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
  }

  #fail(message) {
    for (const { reject } of this.#waiting.values()) reject(new Refused({ code: 'UNAVAILABLE', message }));
    this.#waiting.clear();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
