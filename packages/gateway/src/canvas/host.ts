import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { fromElsewhere } from '../http/from-elsewhere.ts';
import { httpServer } from '../http/http-server.ts';
import { listen } from '../listen.ts';
import { peerOf } from '../peer.ts';
import type { House } from '../restart.ts';
import { turnAway } from '../turn-away.ts';
import type { LiveReload } from './live.ts';
import { keyedPath } from './place.ts';
import { routesBeside } from './routes.ts';

/** What of the canvas lives as long as the gateway does: its own port, and the sockets of open pages. */
export class CanvasHost {
  readonly #of: () => House;
  #server: Server | undefined;
  #live: LiveReload | undefined;

  constructor(house: () => House) {
    this.#of = house;
  }

  get #house(): House {
    return this.#of();
  }

  /**
   * Does as the options of the present state say: makes the directory, and listens on the port of the canvas. A gateway whose canvas
   * is in a bad way is one all the same: what is wrong is logged.
   */
  async follow(): Promise<void> {
    const { canvas } = this.#house.state.options;
    const { log } = this.#house.state.options;
    if (this.#live && this.#live.files !== canvas?.files) {
      this.#live.close();
      this.#live = undefined;
    }
    await canvas?.prepare().catch((error: Error) => log.warn(`the canvas directory cannot be made: ${error.message}`));
    const wanted = canvas?.port ?? null;
    if (wanted === this.#house.state.canvas.port) return;
    await this.#leavePort();
    if (wanted !== null) await this.#takePort(wanted);
  }

  /** Takes a socket that wants to hear of changes; false: it wants something else. */
  takes(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const { options, canvas } = this.#house.state;
    const { pack } = options;
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const keyed = keyedPath(pack);
    const key = path.startsWith(`${keyed}/`) ? path.slice(keyed.length + 1).split('/', 1)[0] : undefined;
    if (path !== (key === undefined ? '' : `${keyed}/${key}`) + pack.paths.canvasLive) return false;
    const { isLocal } = peerOf(request);
    const may =
      key === undefined ? isLocal && fromElsewhere(request, this.#house.state) === undefined : canvas.keys.opens(key, isLocal);
    if (!options.canvas?.liveReload) turnAway(socket, '404 Not Found');
    else if (!may) turnAway(socket, '403 Forbidden');
    else void this.#accept(request, socket, head);
    return true;
  }

  async close(): Promise<void> {
    this.#live?.close();
    await this.#leavePort();
  }

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { LiveReload } = await import('./live.ts');
    const { canvas } = this.#house.state.options;
    if (!canvas) return turnAway(socket, '404 Not Found');
    this.#live ??= new LiveReload(canvas.files);
    this.#live.accept(request, socket, head);
  }

  async #takePort(port: number): Promise<void> {
    const { state } = this.#house;
    const { host, log, pack } = state.options;
    const server = httpServer(this.#house, routesBeside);
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      if (!this.takes(request, socket, head)) turnAway(socket, '404 Not Found');
    });
    try {
      await listen(server, { host, port });
      this.#server = server;
      state.canvas.port = port;
      log.info(`the canvas is on port ${port}, too: ${pack.paths.canvas}/`);
    } catch (error) {
      log.error(`the canvas is on the gateway's port alone, as port ${port} cannot be had: ${(error as Error).message}`);
    }
  }

  async #leavePort(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#house.state.canvas.port = null;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
}
