import type { ProductPack } from '@polygate/core';
import type { Exchange } from '../http/exchange.ts';
import { fromElsewhere } from '../http/from-elsewhere.ts';
import { HttpError } from '../http/http-error.ts';
import { serveA2ui } from '../pages/a2ui.ts';
import { placeOf } from './names.ts';
import { keyedPath } from './place.ts';
import { serveCanvas, type Way } from './serve.ts';

/** The canvas on the gateway's own port. */
export async function onGatewayPort(exchange: Exchange): Promise<void> {
  const { state, rest, peer, request } = exchange;
  // A sandboxed page has no origin, so that its own files seem to be asked for from elsewhere: it is to lie below a key.
  if (peer.isLocal && isNavigation(request.headers) && placeOf(rest))
    return sendTo(exchange, `${keyedPath(state.options.pack)}/${state.canvas.keys.local()}${request.url}`);
  await serveCanvas(exchange, { rest, keyed: '', isBeside: false });
}

/** The canvas on its own port. */
export async function onOwnPort(exchange: Exchange): Promise<void> {
  await serveCanvas(exchange, { rest: exchange.rest, keyed: '', isBeside: true });
}

export const a2ui = (exchange: Exchange): void => serveA2ui(exchange, exchange.rest);

/** What lies below a key, on either port. One that opens nothing (any more) is as good as none. */
export async function byKey(exchange: Exchange, isBeside: boolean): Promise<void> {
  const { state, rest, peer, request } = exchange;
  const { pack } = state.options;
  const [, key, path] = /^\/([\w-]{1,64})(\/.*)$/.exec(rest) ?? [];
  if (key === undefined || path === undefined) throw new HttpError('NOT_FOUND', 'not found');
  if (state.canvas.keys.opens(key, peer.isLocal))
    return serveBelow(exchange, path, { keyed: `${keyedPath(pack)}/${key}`, isBeside });
  const elsewhere = fromElsewhere(request, state);
  if (elsewhere !== undefined) throw new HttpError('FORBIDDEN', elsewhere);
  if (peer.isLocal && isNavigation(request.headers) && isOurs(pack, path)) return sendTo(exchange, path);
  throw new HttpError('UNAUTHORIZED', 'unauthorized: the key of this address opens nothing (any more)');
}

async function serveBelow(exchange: Exchange, path: string, way: Omit<Way, 'rest'>): Promise<void> {
  const { canvas, a2ui } = exchange.state.options.pack.paths;
  if (isBelow(path, canvas)) return serveCanvas(exchange, { ...way, rest: path.slice(canvas.length) });
  if (isBelow(path, a2ui)) return serveA2ui(exchange, path.slice(a2ui.length));
  throw new HttpError('NOT_FOUND', 'not found');
}

const isBelow = (path: string, base: string) => path === base || path.startsWith(`${base}/`);
const isOurs = ({ paths: { canvas, a2ui } }: ProductPack, path: string) => isBelow(path, canvas) || isBelow(path, a2ui);

/** Somebody goes to a page in a browser, and no page or program asks for a file. */
const isNavigation = (headers: Exchange['request']['headers']) =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';

/** To a path of this host: both ways to get here begin with one of ours, never with two slashes. */
function sendTo(exchange: Exchange, path: string): void {
  exchange.send(302, 'text/plain; charset=utf-8', '', { Location: path });
}
