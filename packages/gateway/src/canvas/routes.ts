import { lazy, type Route } from '../http/route.ts';
import type { GatewayState } from '../state.ts';
import { keyedPath } from './place.ts';

type Entry = typeof import('./enter.ts');

/** Nothing is here where there is no canvas. */
const where = (path: (paths: GatewayState['options']['pack']) => string) => (state: GatewayState) =>
  state.options.canvas ? path(state.options.pack) : undefined;

const at = (who: Route['who'], path: Route['path'], pick: (entry: Entry) => Route['handle']): Route => ({
  ...{ path, who, below: true, methods: ['GET'] },
  handle: lazy(async () => pick(await import('./enter.ts'))),
});

const a2ui = at('page', where(({ paths }) => paths.a2ui), (entry) => entry.a2ui);
const canvas = where(({ paths }) => paths.canvas);

/** On the gateway's own port. */
export const canvasRoutes: readonly Route[] = [
  at('page', canvas, (entry) => entry.onGatewayPort),
  a2ui,
  at('key', where(keyedPath), (entry) => (exchange) => entry.byKey(exchange, false)),
];

/** On the port of the canvas alone. */
export const routesBeside: readonly Route[] = [
  at('page', canvas, (entry) => entry.onOwnPort),
  a2ui,
  at('key', where(keyedPath), (entry) => (exchange) => entry.byKey(exchange, true)),
];
