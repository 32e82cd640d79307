import type { Handler, Route } from './route.ts';

const live: Handler = (exchange) => exchange.json(200, { ok: true, status: 'live' });

/** Who is on this machine learns more. */
const ready: Handler = (exchange) => {
  const { stopping, options, startedAt } = exchange.state;
  const more = exchange.peer.isLocal ? { uptimeMs: Math.max(0, options.clock.now() - startedAt) } : {};
  if (stopping) exchange.json(503, { ready: false, failing: ['stopping'], ...more });
  else exchange.json(200, { ready: true, ...more });
};

/** It listens when its start is over. */
const started: Handler = (exchange) => exchange.json(200, { ok: true, status: 'started' });

const probe = (path: string, handle: Handler): Route => ({ path, methods: ['GET'], who: 'probe', handle });

/** Probes of the newest generation of the family. */
export const probes: readonly Route[] = [
  probe('/healthz', live),
  probe('/health', live),
  probe('/readyz', ready),
  probe('/ready', ready),
  probe('/startupz', started),
  probe('/startup', started),
];
