import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayState } from '../../state.ts';
import { type BrowserAnswer, type BrowserRequest, refusalOf } from '../answer.ts';
import { readBody } from './body.ts';
import { refuse } from './guard.ts';

export interface ControlServer {
  port: number;
  /** Resolves when the port is free. */
  stop(): Promise<void>;
}

const REQUEST_MS = 10_000;
const MOST_CONNECTIONS = 64;

/** Serves the control of browsers on loopback, and nowhere else. @throws the error of listen (EADDRINUSE, EACCES) */
export async function startControl(
  port: number,
  state: () => GatewayState,
  answer: (request: BrowserRequest) => Promise<BrowserAnswer>,
): Promise<ControlServer> {
  const server = createServer({ headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: 1_000 });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', (_, socket) => socket.destroy());
  server.on('request', (request, response) => {
    void serve(request, response, state(), answer).catch((error: Error) => {
      state().options.log.error(`browser control: ${error.stack ?? error.message}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
  });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { options: { auth, log }, throttle }: GatewayState,
  answer: (request: BrowserRequest) => Promise<BrowserAnswer>,
): Promise<void> {
  const refused = refuse(request, auth);
  if (refused) {
    const { status, error, guess } = refused;
    if (guess) await delay(throttle.failed(request.socket.remoteAddress ?? ''));
    reply(response, { status, body: { error } }, true);
    return;
  }
  try {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const body = await readBody(request);
    const profile = url.searchParams.get('profile') || undefined;
    reply(response, await answer({ method: request.method ?? 'GET', path: url.pathname, profile, body }));
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) log.error(`browser control: ${(error as Error).stack ?? error}`);
    // A body that was not read to its end leaves nothing to be said on this connection.
    reply(response, refusal ?? { status: 500, body: { error: 'internal error; the log has more' } }, !request.complete);
  }
}

function reply(response: ServerResponse, { status, body }: BrowserAnswer, last = false): void {
  if (response.destroyed || response.headersSent) return;
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(last ? { Connection: 'close' } : {}),
  });
  response.end(text);
}
