import type { Exchange } from '../http/exchange.ts';
import { sendEmbedded } from './embedded.ts';

/** It runs what is its own, talks to its own gateway, and is shown in no frame. */
const POLICY = "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/** A file of the control UI. There is no secret in any: the page asks for it, and shows it to the socket alone. */
export function serveControlUi(exchange: Exchange, name: string): void {
  const { pack, profile, version } = exchange.state.options;
  const { controlUi } = pack.clients;
  const values = { product: pack.displayName, profile, version, clientId: controlUi, canvas: `${pack.paths.canvas}/` };
  sendEmbedded(exchange, name, { folder: 'control-ui', values, policy: POLICY });
}
