import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Connection } from './connection.ts';
import { fromElsewhere } from './http/from-elsewhere.ts';
import { peerOf } from './peer.ts';
import { type House, whenRestarted } from './restart.ts';
import { turnAway } from './turn-away.ts';

/** `closeTimeout`: for a peer to answer a close; 30 s in ws, whose types do not know it (8.18.2). */
const SERVER = { noServer: true, perMessageDeflate: false, closeTimeout: 5_000 };

/** Makes a connection of each socket that wants to be one. During a restart in place they wait, and none is refused for it. */
export function acceptSockets(server: Server, house: House): void {
  const sockets = new WebSocketServer({ ...SERVER, maxPayload: house.state.limits.maxPayload });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (house.canvas.takes(request, socket, head)) return;
    // A browser says for which page it asks. A program may know this host by any name.
    if (request.headers.origin !== undefined && fromElsewhere(request, house.state) !== undefined) {
      turnAway(socket, '403 Forbidden');
      return;
    }
    const enter = () => {
      if (socket.destroyed) return;
      if (!house.state.doorway.hasRoom()) return sendAway(socket);
      const peer = peerOf(request);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = new Connection(webSocket, house.state, peer, request.socket);
        house.connections.add(connection);
        webSocket.on('close', () => house.connections.delete(connection));
      });
    };
    if (!whenRestarted(house, enter)) sendAway(socket);
  });
}

const sendAway = (socket: Duplex) => turnAway(socket, '503 Service Unavailable', 'Retry-After: 1\r\n');
