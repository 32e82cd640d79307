import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { startBeats } from './beats.ts';
import { CLOSE_RESTART, Connection } from './connection.ts';
import { lookAtHealth } from './health.ts';
import { answerHttp } from './http/probes.ts';
import type { GatewayOptions } from './options.ts';
import { isForeignOrigin } from './origin.ts';
import { peerOf } from './peer.ts';
import { remember } from './remember.ts';
import { type GatewayState, newState } from './state.ts';
import { within } from './within.ts';

export interface RunningGateway {
  host: string;
  port: number;
  /** Says goodbye to every client, lets requests under way end, closes. Resolves when the port is free. */
  stop(reason: string): Promise<void>;
}

/** Time for clients to answer the close before they are cut off. */
const CLOSE_GRACE_MS = 500;

/** Starts a gateway: WebSocket and HTTP on one port. @throws the error of listen (EADDRINUSE, EADDRNOTAVAIL, EACCES). */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const state = newState(options, await remember(options));
  await lookAtHealth(state);
  const connections = new Set<Connection>();
  const server = createServer((request, response) => answerHttp(state, request, response));
  // A peer that takes its time with the request has as long as one with its hello.
  server.headersTimeout = state.limits.handshakeTimeoutMs;
  server.requestTimeout = 2 * state.limits.handshakeTimeoutMs;
  // A peer that speaks no HTTP gets the answer of node's parser; that is not an event worth a crash.
  server.on('clientError', (_, socket) => socket.destroy());
  acceptSockets(server, state, connections);
  const { address, port } = await listen(server, options);

  const stopBeats = startBeats(state);

  let stopped: Promise<void> | undefined;
  return {
    host: address,
    port,
    stop: (reason) => {
      stopped ??= stop(reason);
      return stopped;
    },
  };

  async function stop(reason: string): Promise<void> {
    state.stopping = true;
    stopBeats();
    options.log.info(`stopping: ${reason}`);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    state.hub.broadcast('shutdown', { reason });
    state.invocations.stop();
    state.runs.stop();
    await within(state.work.idle(), state.limits.drainMs);
    for (const connection of connections) connection.close(CLOSE_RESTART, 'service restart');
    await within(emptied(connections), CLOSE_GRACE_MS);
    for (const connection of connections) connection.terminate();
    server.closeAllConnections();
    await closed;
    options.log.info('stopped');
    options.log.flush();
  }
}

function acceptSockets(server: Server, state: GatewayState, connections: Set<Connection>): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: state.limits.maxPayload, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (isForeignOrigin(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    if (!state.doorway.hasRoom()) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n\r\n');
      return;
    }
    const peer = peerOf(request);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, state, peer);
      connections.add(connection);
      webSocket.on('close', () => connections.delete(connection));
    });
  });
}

function listen(server: Server, { host, port }: GatewayOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

async function emptied(connections: ReadonlySet<Connection>): Promise<void> {
  await Promise.all([...connections].map((connection) => connection.closed));
}
