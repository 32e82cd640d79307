import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** What node's parser says of a request that is none, or that does not come to its end. */
const STATUS: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
const HEADERS = { Connection: 'close', 'Content-Length': '0' };

/** Answers what is no request, where no answer is on its way, and lets go of the socket: nothing that follows on it can be believed. */
export function answerClientErrors(server: Server): void {
  const last = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  const note = (request: IncomingMessage, response: ServerResponse) => last.set(request.socket, { request, response });
  server.on('request', note);
  server.on('checkContinue', note);
  server.on('clientError', (error: NodeJS.ErrnoException, duplex) => {
    const socket = duplex as Socket;
    const { request, response } = last.get(socket) ?? {};
    const status = STATUS[error.code ?? ''] ?? 400;
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else if (response && !response.headersSent) response.writeHead(status, HEADERS).end();
    // It has its answer, or a part of that: another one would be taken for that of what it asks next.
    else if (request && response && !(request.complete && response.writableFinished)) socket.destroy();
    else answerRaw(socket, status);
  });
}

function answerRaw(socket: Socket, status: number): void {
  const headers = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('')}\r\n`);
}
