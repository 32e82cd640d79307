import type { IncomingMessage } from 'node:http';

/** Who is at the other end of a socket, as far as the transport tells. */
export interface Peer {
  /** Address of the other end; '' when the socket is gone already. */
  address: string;
  /** On this very machine, with nothing in between: loopback, a local Host header, no sign of a proxy. */
  isLocal: boolean;
  /** The name by which it came, with a port where it said one: the Host header as it was sent; '' where there was none. */
  host: string;
}

/** What a proxy adds: behind one, everybody comes from loopback. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'cf-connecting-ip', 'via'];

/** @see facts of the family's protocol: a client counts as local by its address and its Host header, never by one of them alone. */
export function peerOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): Peer {
  const address = socket.remoteAddress ?? '';
  const isLocal = isLoopbackAddress(address) && isLocalHost(headers.host) && !PROXY_HEADERS.some((name) => name in headers);
  return { address, isLocal, host: headers.host ?? '' };
}

const isLoopbackAddress = (address: string) => /^(::ffff:)?127\./.test(address) || address === '::1';

/** The name that the client believes it speaks to: another one means a tunnel, a proxy, or a page that was bound anew. */
export function isLocalHost(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}
