import { createServer, type IncomingMessage } from 'node:http';

const HOST = '127.0.0.1';
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const REQUEST_MS = 5_000;

/** Serves `/metrics` to this machine alone. Gives the way to stop. Rejects when the port cannot be had. */
export async function serveMetrics(port: number, render: () => Promise<string>): Promise<() => Promise<void>> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    const status = refusal(request);
    if (status !== undefined) {
      response.writeHead(status).end();
      return;
    }
    render().then(
      (text) => response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

function refusal({ url, method, headers }: IncomingMessage): number | undefined {
  // A page in a browser reaches this port under a name of its own (DNS rebinding).
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '')) return 403;
  if (url?.split('?', 1)[0] !== '/metrics') return 404;
  return method === 'GET' || method === 'HEAD' ? undefined : 405;
}
