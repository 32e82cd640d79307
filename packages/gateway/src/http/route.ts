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
   * this host and not from a page of elsewhere · token: who shows the gateway's secret besides · key: anybody, as the path below holds
   * a key that the handler demands · a check of its own, of who comes as to a page (`demandSecret`): who is refused by it does not
   * keep the gateway from its end
   */
  who: 'probe' | 'page' | 'token' | 'key' | ((exchange: Exchange) => Promise<void>);
  handle: Handler;
}

/** A handler whose code is loaded when it is asked for the first time: `lazy(async () => (await import('./x.ts')).x)`. */
export const lazy =
  (load: () => Promise<Handler>): Handler =>
  async (exchange) =>
    (await load())(exchange);

/** The first route that has this path; where it is now, and what of the path lies below that. */
export function findRoute(
  routes: readonly Route[],
  path: string,
  state: GatewayState,
): { route: Route; at: string; rest: string } | undefined {
  for (const route of routes) {
    const at = typeof route.path === 'string' ? route.path : route.path(state);
    if (at === undefined) continue;
    if (path === at) return { route, at, rest: '' };
    const base = at.endsWith('/') ? at.slice(0, -1) : at;
    if (route.below && path.startsWith(`${base}/`)) return { route, at, rest: path.slice(base.length) };
  }
  return undefined;
}
