import type { GatewayState } from '../state.ts';
import type { Exchange } from './exchange.ts';

/** Answers a request, and is done when the answer is. What it throws (HttpError, WireError) is told in the form of the path. */
export type Handler = (exchange: Exchange) => void | Promise<void>;

/** One place where HTTP is answered, as data. */
export interface Route {
  /** As it is sent, without the query; one that the config moves or switches off is a function of it (undefined: not here). */
  path: string | ((state: GatewayState) => string | undefined);
  /** Everything below the path too: `exchange.rest` is what follows. */
  below?: true;
  /** HEAD comes with GET. */
  methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[];
  /**
   * probe: anybody, also by a strange name of this host; nothing to learn, and answered at once · page: whoever comes by a name of
   * this host and not from a page of elsewhere; the handler may ask for more (`demandSecret`) · token: who shows the gateway's secret
   * besides · key: anybody, as the path below holds a key that the handler demands
   */
  who: 'probe' | 'page' | 'token' | 'key';
  handle: Handler;
}

/** A handler whose code is loaded when it is asked for the first time: `lazy(async () => (await import('./x.ts')).x)`. */
export const lazy =
  (load: () => Promise<Handler>): Handler =>
  async (exchange) =>
    (await load())(exchange);

/** The first route that has this path, with what of the path lies below it. */
export function findRoute(
  routes: readonly Route[],
  path: string,
  state: GatewayState,
): { route: Route; rest: string } | undefined {
  for (const route of routes) {
    const at = typeof route.path === 'string' ? route.path : route.path(state);
    if (at === undefined) continue;
    if (path === at) return { route, rest: '' };
    const base = at.endsWith('/') ? at.slice(0, -1) : at;
    if (route.below && path.startsWith(`${base}/`)) return { route, rest: path.slice(base.length) };
  }
  return undefined;
}
