import { pick, textAt } from '@polygate/core';
import type { Exchange } from '../http/exchange.ts';
import { type Handler, lazy, type Route } from '../http/route.ts';
import type { GatewayState } from '../state.ts';

/** Where what belongs to the page lies, beside it. */
const FILES = 'control-ui';

/** The path that the control UI lies under: '' or `/…`, without a slash at its end; undefined: it is switched off. */
export function basePathOf(config: unknown): string | undefined {
  if (pick(config, 'gateway.controlUi.enabled') === false) return undefined;
  const path = (textAt(config, 'gateway.controlUi.basePath') ?? '').trim().replace(/^\/+|\/+$/g, '');
  return path === '' ? '' : `/${path}`;
}

const at = (path: (base: string) => string | undefined, handle: Handler, below?: true): Route => ({
  path: ({ config }: GatewayState) => {
    const base = basePathOf(config.running);
    return base === undefined ? undefined : path(base);
  },
  ...(below ? { below } : {}),
  ...{ methods: ['GET'], who: 'page' },
  handle,
});

const file = (nameOf: (exchange: Exchange) => string): Handler =>
  lazy(async () => {
    const { serveControlUi } = await import('./control-ui.ts');
    return (exchange) => serveControlUi(exchange, nameOf(exchange));
  });

/** There is no route for every path, as in the family: a client of an API that is not here must not get a page for an answer. */
export const controlUiRoutes: readonly Route[] = [
  at(
    (base) => `${base}/`,
    file(() => 'index.html'),
  ),
  // What the page names lies below it, and not beside it.
  at(
    (base) => (base === '' ? undefined : base),
    (exchange) => exchange.send(302, 'text/plain; charset=utf-8', '', { Location: `${exchange.path}/` }),
  ),
  at(
    (base) => `${base}/${FILES}`,
    file(({ rest }) => rest.slice(1)),
    true,
  ),
];
