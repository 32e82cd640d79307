import { createServer, type Server, type Socket } from 'node:net';
import { afterTest } from './world.ts';

/** A server that is no gateway, on a port of this machine, for the length of a test at most. */
export function listenTcp(port: number, onSocket: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      // Unread data would keep the socket, and with it this server, open.
      socket.resume();
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    afterTest(() => new Promise((done) => server.close(done)));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
