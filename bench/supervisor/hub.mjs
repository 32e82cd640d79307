import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Where the workload dials in when it listens; the end of the connection is the moment it is gone. One session at a time. */
export class Hub extends EventEmitter {
  #server = createServer((socket) => this.#take(socket));
  #live = new Set();
  #session = '';
  /** What children told that could not work: `FAIL:EADDRINUSE` … */
  failures = [];

  async listen() {
    this.setMaxListeners(0);
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = this.#server.address().port;
  }

  close() {
    this.#server.close();
  }

  /** Forgets what was; from now on only children of this session count. */
  open(session) {
    this.#session = session;
    this.#live.clear();
    this.failures = [];
  }

  /** Children that listen now: `{ index, pid, at }`. */
  live() {
    return [...this.#live];
  }

  /** The moment at which it holds (`performance.now()`), asked after every event; NaN after `limit` ms. */
  until(holds, limit = 60_000) {
    if (holds()) return Promise.resolve(performance.now());
    return new Promise((resolve) => {
      const settle = (at) => {
        clearTimeout(timer);
        this.off('change', look);
        resolve(at);
      };
      const look = (at) => holds() && settle(at);
      const timer = setTimeout(() => settle(Number.NaN), limit);
      this.on('change', look);
    });
  }

  untilLive = (count, limit) => this.until(() => new Set(this.live().map(({ index }) => index)).size >= count, limit);
  untilGone = (limit) => this.until(() => this.#live.size === 0, limit);

  #take(socket) {
    let text = '';
    let child;
    socket.on('data', (chunk) => {
      const at = performance.now();
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop();
      for (const line of lines) child = this.#hear(line, child, at);
    });
    const end = () => {
      if (child && this.#live.delete(child)) this.emit('change', performance.now());
    };
    for (const event of ['close', 'end', 'error']) socket.on(event, end);
  }

  #hear(line, child, at) {
    const [word, session, index, pid] = line.split(' ');
    if (word === 'DONE') {
      if (child) this.emit('done', { ...child, doneAt: at });
      return child;
    }
    if (session !== this.#session) return child;
    const told = { index: Number(index), pid: Number(pid), at };
    if (word === 'READY') this.#live.add(told);
    else this.failures.push({ word, ...told });
    this.emit('change', at);
    return word === 'READY' ? told : child;
  }
}
