import type { IncomingMessage } from 'node:http';
import { refuseSecret } from '../../auth.ts';
import { bearerOf } from '../../http/secret.ts';
import type { GatewayAuth } from '../../options.ts';
import { isLocalHost } from '../../peer.ts';

export interface Refused {
  status: number;
  error: string;
  /** A wrong secret: the answer waits. */
  guess: boolean;
}

/**
 * Why a request is not answered; undefined when it is. Loopback alone protects from no web page: one whose name was bound anew to
 * 127.0.0.1 is told by its Host, any other by its Origin, which no program sends.
 */
export function refuse({ headers }: Pick<IncomingMessage, 'headers'>, auth: GatewayAuth): Refused | undefined {
  const refused = (status: number, error: string, guess = false) => ({ status, error, guess });
  if (!isLocalHost(headers.host)) return refused(403, 'the Host of a request is this machine itself: 127.0.0.1 or localhost');
  if (headers.origin !== undefined) return refused(403, 'browser pages may not ask: a request with an Origin is refused');
  const shown = bearerOf({ request: { headers } });
  const refusal = refuseSecret(auth, shown === undefined ? undefined : { [auth.mode]: shown });
  return refusal && refused(401, refusal.message, shown !== undefined);
}
