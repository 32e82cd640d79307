import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayState } from '../state.ts';

/** HTTP probes of the newest generation: JSON, GET or HEAD, never cached. Everything else is 404. */
export function answerHttp(state: GatewayState, request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '/').split('?', 1)[0];
  const { status, body } = respond(state, request.method ?? 'GET', path ?? '/');
  if (status === 405) response.setHeader('Allow', 'GET, HEAD');
  reply(request, response, status, body);
}

interface Answer {
  status: number;
  body: unknown;
}

function respond(state: GatewayState, method: string, path: string): Answer {
  const found = probe(state, path);
  if (!found) return { status: 404, body: { error: 'not found' } };
  return method === 'GET' || method === 'HEAD' ? found : { status: 405, body: { error: 'method not allowed' } };
}

function probe(state: GatewayState, path: string): Answer | undefined {
  switch (path) {
    case '/health':
    case '/healthz':
      return { status: 200, body: { ok: true, status: 'live' } };
    case '/ready':
    case '/readyz':
      return state.stopping
        ? { status: 503, body: { ready: false, failing: ['stopping'] } }
        : { status: 200, body: { ready: true } };
    default:
      return undefined;
  }
}

function reply(request: IncomingMessage, response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
