import type { Exchange } from '../http/exchange.ts';
import { lazy, type Route } from '../http/route.ts';
import { demandGatewaySecret } from '../http/secret.ts';
import type { GatewayState } from '../state.ts';
import { keyedPath } from './place.ts';

/** Whoever is on this machine may look; from elsewhere the gateway's secret is needed, or a key in the address. */
async function demandEntry(exchange: Exchange): Promise<void> {
  if (!exchange.peer.isLocal) await demandGatewaySecret(exchange);
}

type Entry = typeof import('./enter.ts');

/** Nothing is here where there is no canvas. */
const where = (path: (paths: GatewayState['options']['pack']) => string) => (state: GatewayState) =>
  state.options.canvas ? path(state.options.pack) : undefined;

const at = (who: Route['who'], path: Route['path'], pick: (entry: Entry) => Route['handle']): Route => ({
  ...{ path, who, below: true, methods: ['GET'] },
  handle: lazy(async () => pick(await import('./enter.ts'))),
});

const a2ui = at(
  demandEntry,
  where(({ paths }) => paths.a2ui),
  (entry) => entry.a2ui,
);
const canvas = where(({ paths }) => paths.canvas);

/** On the gateway's own port. */
export const canvasRoutes: readonly Route[] = [
  at(demandEntry, canvas, (entry) => entry.onGatewayPort),
  a2ui,
  at('key', where(keyedPath), (entry) => (exchange) => entry.byKey(exchange, false)),
];

/** On the port of the canvas alone. */
export const routesBeside: readonly Route[] = [
  at(demandEntry, canvas, (entry) => entry.onOwnPort),
  a2ui,
  at('key', where(keyedPath), (entry) => (exchange) => entry.byKey(exchange, true)),
];
