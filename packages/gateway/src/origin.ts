import type { IncomingMessage } from 'node:http';

/** A browser page of another origin may not open a socket. Programs send no Origin. */
export function isForeignOrigin({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
}
