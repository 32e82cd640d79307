import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { isProblem, Problem, renderProblem } from '@polygate/core';
import type { InstanceReport, SupervisorEvent } from '@polygate/core/supervise';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Hello, ReloadResult } from './answers.ts';
import { connectControl } from './client.ts';
import { lineReader } from './line-reader.ts';
import { refuseTooLong, type SupervisorPlace } from './place.ts';
import { type ControlFailure, type ControlRequest, encodeLine, lineTooLong, MAX_LINE_BYTES, parseRequest } from './protocol.ts';

/** What the one that supervises does for those who ask. A Problem that it throws is told to the one who asked. */
export interface ControlHandlers {
  hello(): Hello;
  list(): InstanceReport[];
  start(ids: readonly string[]): Promise<unknown>;
  stop(ids: readonly string[]): Promise<unknown>;
  restart(ids: readonly string[], options: { rolling: boolean }): Promise<unknown>;
  reload(): Promise<ReloadResult>;
  /** Answered when a successor is prepared: what follows is the hand-over, which ends this connection. */
  renew(): Promise<unknown>;
  /** Called after the answer is on its way. */
  shutdown(children: 'stop' | 'keep'): void;
  metrics(): Promise<string>;
  listen(listener: (event: SupervisorEvent) => void): () => void;
}

export interface ControlServer {
  /** Takes no more questions; the socket is gone. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 256;
/** Time for an answer to reach who asked, when the supervisor ends. */
const LEAVE_MS = 1_000;
/** A listener that reads so much slower than things happen is let go. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/**
 * Opens the control socket. The caller holds the lock of the supervisor, so that a socket which nobody answers is left over from
 * one that died, and is replaced. @throws Problem SOCKET_PATH_TOO_LONG, SUPERVISOR_RUNNING, FILE_FAILED
 */
export async function serveControl(
  place: SupervisorPlace,
  platform: NodeJS.Platform,
  handlers: ControlHandlers,
): Promise<ControlServer> {
  refuseTooLong(place, platform);
  if (platform !== 'win32') await clearSocket(place.socket, platform);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    converse(socket, handlers);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, place.socket);
  // The folder, which only its owner enters, has kept others out until now.
  if (platform !== 'win32') chmodSync(place.socket, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.end().unref();
        setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, LEAVE_MS).unref();
      }),
  };
}

/** Removes a socket of one that died. What is no socket is nobody's to remove, and one that is answered is another's. */
async function clearSocket(socket: string, platform: NodeJS.Platform): Promise<void> {
  const found = lstatSync(socket, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new Problem('FILE_FAILED', { file: socket, action: 'replace', reason: 'it is not a socket' });
  const other = await connectControl(socket, { platform });
  if (other) {
    const { pid } = other.hello;
    other.close();
    throw supervisorProblem('SUPERVISOR_RUNNING', { pid });
  }
  unlinkSync(socket);
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Problem('FILE_FAILED', { file: socket, action: 'listen on', reason: error.message }, { cause: error })),
    );
    server.listen(socket, resolve);
  });
}

/** Serves one connection. Whatever goes wrong on it, it alone suffers. */
function converse(socket: Socket, handlers: ControlHandlers): void {
  let silence: (() => void) | undefined;
  const send = (message: object) => {
    if (socket.destroyed) return;
    socket.write(encodeLine(message));
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
  };
  const refuse = (id: number | null, error: ControlFailure) => send({ id, ok: false, error });
  const serve = async (request: ControlRequest) => {
    try {
      send({ id: request.id, ok: true, result: (await answer(request)) ?? null });
    } catch (error) {
      refuse(request.id, failureOf(error));
    }
  };
  const answer = async (request: ControlRequest): Promise<unknown> => {
    switch (request.op) {
      case 'hello':
        return handlers.hello();
      case 'list':
        return handlers.list();
      case 'start':
        return handlers.start(request.ids);
      case 'stop':
        return handlers.stop(request.ids);
      case 'restart':
        return handlers.restart(request.ids, { rolling: request.rolling });
      case 'reload':
        return handlers.reload();
      case 'renew':
        return handlers.renew();
      case 'metrics':
        return handlers.metrics();
      case 'events':
        silence ??= handlers.listen((event) => send({ id: request.id, event }));
        return undefined;
      case 'shutdown':
        setImmediate(() => handlers.shutdown(request.children));
        return undefined;
    }
  };
  const read = lineReader(
    MAX_LINE_BYTES,
    (line) => {
      const parsed = parseRequest(line);
      if ('error' in parsed) refuse(parsed.id, parsed.error);
      else void serve(parsed.request);
    },
    () => {
      refuse(null, lineTooLong());
      socket.end();
    },
  );
  socket.on('data', read);
  // One that went away while it was answered.
  socket.on('error', () => socket.destroy());
  socket.once('close', () => silence?.());
}

function failureOf(error: unknown): ControlFailure {
  const { code, message, hint, details } = renderProblem(error, { command: 'polygate' });
  return { code, message, hint, params: isProblem(error) ? details : undefined };
}
