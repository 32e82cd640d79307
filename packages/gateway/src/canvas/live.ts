import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServedFiles } from '@polygate/host';
import { type WebSocket, WebSocketServer } from 'ws';
import { turnAway } from '../turn-away.ts';

/** Pages that are open at once. */
const MOST_PAGES = 64;
/** Pages say nothing: what they send is thrown away. */
const MOST_SAID_BYTES = 1_024;
/** A page of a machine that went away without a word is noticed after a while. */
const KEEP_ALIVE_MS = 60_000;

/** Tells open pages when something of the canvas changed. Nothing is watched while no page is open. */
export class LiveReload {
  readonly files: ServedFiles;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_SAID_BYTES });
  readonly #pages = new Set<WebSocket>();
  #unwatch: (() => void) | undefined;

  constructor(files: ServedFiles) {
    this.files = files;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (socket.destroyed) return;
    if (this.#pages.size >= MOST_PAGES) {
      turnAway(socket, '503 Service Unavailable', 'Retry-After: 1\r\n');
      return;
    }
    request.socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#server.handleUpgrade(request, socket, head, (page) => {
      this.#pages.add(page);
      this.#unwatch ??= this.files.watch(() => this.#tell());
      page.on('error', () => page.terminate());
      page.on('close', () => this.#left(page));
    });
  }

  /** Lets all pages go: they come back by themselves, if there is something to come back to. */
  close(): void {
    for (const page of this.#pages) page.terminate();
  }

  #tell(): void {
    for (const page of this.#pages) page.send('reload');
  }

  #left(page: WebSocket): void {
    this.#pages.delete(page);
    if (this.#pages.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }
}
