import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { pick } from '@polygate/core';
import { isForeignOrigin } from '../origin.ts';
import type { GatewayState } from '../state.ts';

const SETTING = 'gateway.http.allowedHosts';

/** Why a request may come from a page of elsewhere: it is a browser's for such a page, or comes by a name that is none of this host. */
export function fromElsewhere(
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  { options, config }: Pick<GatewayState, 'options' | 'config'>,
): string | undefined {
  const allowed = pick(config.running, SETTING);
  if (!isOurName(request.headers.host, options.hostname, Array.isArray(allowed) ? allowed : []))
    return `the Host header names no host of this gateway: a further name belongs into ${SETTING}`;
  return isForeignOrigin(request) || isForeignFetch(request) ? 'pages of another origin may not ask this gateway' : undefined;
}

/**
 * A page of elsewhere can give its own name this machine's address (DNS rebinding), and is then of one origin with the gateway. Such
 * a name has dots: addresses, names of one part, and those that never leave the machine are no such names.
 */
export function isOurName(host: string | undefined, hostname: string, allowed: readonly unknown[]): boolean {
  // No browser leaves it out.
  if (host === undefined) return true;
  const name = host.replace(/:\d*$/, '').toLowerCase();
  const own = hostname.toLowerCase();
  return (
    (name.startsWith('[') ? isIP(name.slice(1, -1)) === 6 : isIP(name) === 4) ||
    /^[a-z0-9_-]+$/.test(name) ||
    name.endsWith('.localhost') ||
    name === own ||
    name === `${own}.local` ||
    allowed.some((each) => typeof each === 'string' && each.toLowerCase() === name)
  );
}

/** What a page of elsewhere embeds or fetches without a word about its origin. A link to a page may be followed. */
function isForeignFetch({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return !(headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document' && method === 'GET');
}
