import type { Duplex } from 'node:stream';

/** Answers who wanted a socket and lets go of it: one whose peer never ends its own side would stay open for ever. */
export function turnAway(socket: Duplex, status: string, more = ''): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n${more}\r\n`);
}
