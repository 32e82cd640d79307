import { refuseSecret, sameSecret } from '../auth.ts';
import type { Exchange } from './exchange.ts';
import { HttpError } from './http-error.ts';

const HEADERS = { 'WWW-Authenticate': 'Bearer realm="gateway"' };

/** What is shown as `Authorization: Bearer …`; undefined where nothing is. A query is no place for a secret: it gets into logs. */
export function bearerOf({ request }: { request: Pick<Exchange['request'], 'headers'> }): string | undefined {
  return /^Bearer +(\S.*?) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** Lets in who shows the gateway's secret, token or password. @throws HttpError UNAUTHORIZED, for a wrong one when its answer has waited */
export async function demandGatewaySecret(exchange: Exchange): Promise<void> {
  const { auth } = exchange.state.options;
  const shown = bearerOf(exchange);
  const refusal = refuseSecret(auth, shown === undefined ? undefined : { [auth.mode]: shown });
  if (!refusal) return;
  if (refusal.code.endsWith('_MISMATCH')) await penalty(exchange);
  throw new HttpError('UNAUTHORIZED', refusal.message, { headers: HEADERS, knownAs: 'invalid_api_key' });
}

/** The same for a secret of another kind, `what` it is. Compared in a time that does not tell it. */
export async function demandSecret(exchange: Exchange, what: string, secret: string, shown: string | undefined): Promise<void> {
  if (shown !== undefined && sameSecret(shown, secret)) return;
  if (shown !== undefined) await penalty(exchange);
  const how = shown === undefined ? 'missing' : 'mismatch';
  throw new HttpError('UNAUTHORIZED', `unauthorized: ${what} ${how}`, { headers: HEADERS });
}

/** The wait for a wrong secret, as at a handshake. Those that wait are few: where there are more, the first is cut off. */
async function penalty({ state: { throttle, doorway }, peer, gone, request }: Exchange): Promise<void> {
  const waiting = { terminate: () => request.socket.destroy() };
  doorway.penalise(waiting);
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, throttle.failed(peer.address));
      gone.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    clearTimeout(timer);
    doorway.leave(waiting);
  }
}
