import { gatewayUrl, localAddress, type ProductPack } from '@polygate/core';
import type { Peer } from '../peer.ts';
import type { GatewayState } from '../state.ts';
import { CanvasKeys } from './keys.ts';

/** Where the canvas of a running gateway is. Outlives a restart in place: who looks at a page then goes on looking. */
export class CanvasPlace {
  readonly keys: CanvasKeys = new CanvasKeys();
  /** The port beside the gateway's own that it is on, too; null: on none. */
  port: number | null = null;
}

/** Below this lies a key, and below the key what it opens, by its whole path: the family's form. */
export function keyedPath({ paths: { canvas } }: ProductPack): string {
  return `${canvas.slice(0, canvas.lastIndexOf('/'))}/cap`;
}

/** A name or an address, perhaps with a port: anything else is not said again to others. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;

/**
 * Where a client finds the canvas, by the name by which it found the gateway; undefined: nowhere. Who is not on this machine gets an
 * address with a key in it: what is given to a web view cannot show a secret.
 */
export function canvasHostUrl(
  { options, canvas: { keys, port } }: Pick<GatewayState, 'options' | 'canvas'>,
  { isLocal, host }: Peer,
  connId: string,
): string | undefined {
  if (!options.canvas) return undefined;
  const [, name, own] = HOST.exec(host) ?? [];
  const said = name === undefined ? undefined : `http://${name}${port === null ? (own ?? '') : `:${port}`}`;
  const base = said ?? gatewayUrl(localAddress(options.host), port ?? options.port).replace(/^ws/, 'http');
  return isLocal ? base : `${base}${keyedPath(options.pack)}/${keys.of(connId)}`;
}
