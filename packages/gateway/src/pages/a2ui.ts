import { bridgeNames } from '../canvas/snippet.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendEmbedded } from './embedded.ts';

/** What agents show may come from anywhere; what runs is ours alone, and it asks nobody for anything. */
const POLICY =
  "script-src 'self'; style-src 'self'; img-src http: https: data: blob:; media-src http: https: data: blob:; frame-ancestors 'self'";

/** The page that shows what agents describe in A2UI. `rest`: the path below it, as it was sent. */
export function serveA2ui(exchange: Exchange, rest: string): void {
  const { pack } = exchange.state.options;
  // What the page names lies below it, and not beside it.
  if (rest === '') {
    exchange.send(302, 'text/plain; charset=utf-8', '', { Location: `${exchange.path}/` });
    return;
  }
  const names = bridgeNames(pack);
  const values = { product: pack.displayName, a2ui: names.a2ui, handler: names.handler, status: names.status };
  sendEmbedded(exchange, rest === '/' ? 'index.html' : rest.slice(1), { folder: 'a2ui', values, policy: POLICY });
}
