import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Limits } from '../limits.ts';
import type { House } from '../restart.ts';
import { answerHttp } from './answer.ts';
import { answerClientErrors } from './client-error.ts';
import type { Route } from './route.ts';

/** How often requests are looked for that take too long; 30 s in Node. */
const CHECK_MS = 1_000;

/** A server that answers what its routes say, and bounds all that comes. */
export function httpServer(house: House, routes?: readonly Route[]): Server {
  const answer = (request: IncomingMessage, response: ServerResponse) => answerHttp(house, request, response, routes);
  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, answer);
  // Who asks whether it may send its body is told so when it is known that it may.
  server.on('checkContinue', answer);
  answerClientErrors(server);
  boundRequests(server, house.state.limits);
  return server;
}

/** A peer that takes its time with the request has as long as one with its hello. */
export function boundRequests(server: Server, { handshakeTimeoutMs }: Pick<Limits, 'handshakeTimeoutMs'>): void {
  server.headersTimeout = handshakeTimeoutMs;
  server.requestTimeout = 2 * handshakeTimeoutMs;
}
