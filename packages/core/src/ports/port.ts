import type { Issue } from '../errors/catalogue.ts';
import { Problem } from '../errors/problem.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { reachOf } from './footprint.ts';

export const HIGHEST_PORT = 65_535;

/** The highest base whose whole footprint exists. */
export function highestBase(pack: ProductPack): number {
  return HIGHEST_PORT - reachOf(pack);
}

/** A port from text. `source` names what it was read from. @throws Problem PORT_INVALID */
export function parsePort(text: string, source: string): number {
  const port = /^[0-9]{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(port >= 1 && port <= HIGHEST_PORT)) throw new Problem('PORT_INVALID', { source, value: text });
  return port;
}

/** A base port from text: like parsePort, and refused where derived ports would not exist. @throws Problem PORT_OUT_OF_RANGE */
export function parseBasePort(pack: ProductPack, text: string, source: string): number {
  return checkBasePort(pack, parsePort(text, source));
}

/** @throws Problem PORT_OUT_OF_RANGE when the footprint of this base would reach beyond 65535. */
export function checkBasePort(pack: ProductPack, port: number): number {
  if (port > highestBase(pack)) throw new Problem('PORT_OUT_OF_RANGE', { port, highest: highestBase(pack) });
  return port;
}

/** What is wrong with a base that a file holds and that is too high; undefined for any other. The file says it, so the file is to be edited. */
export function baseIssue(pack: ProductPack, base: number): Issue | undefined {
  const highest = highestBase(pack);
  if (base <= highest) return undefined;
  const last = base + HIGHEST_PORT - highest;
  return {
    path: 'gateway.port',
    message: `${base} is too high for a base port: the ports derived from it reach ${last} (at most ${highest})`,
  };
}

/** The port of a URL such as `http://127.0.0.1:18791` (its scheme's default when none is written); undefined if it is no URL. */
export function portOfUrl(text: string): number | undefined {
  try {
    const url = new URL(text);
    if (url.port !== '') return Number(url.port);
    return { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 }[url.protocol];
  } catch {
    return undefined;
  }
}
