import type { IncomingMessage, ServerResponse } from 'node:http';
import { type House, whenRestarted } from '../restart.ts';
import { Exchange } from './exchange.ts';
import { fromElsewhere } from './from-elsewhere.ts';
import { asHttpError, HttpError } from './http-error.ts';
import { findRoute, type Route } from './route.ts';
import { ROUTES } from './routes.ts';
import { demandGatewaySecret } from './secret.ts';

/** Answers one request, whatever it is: it alone suffers for what is wrong with it. During a restart in place it waits, as sockets do. */
export function answerHttp(
  house: House,
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[] = ROUTES,
): void {
  response.on('error', () => undefined);
  const exchange = new Exchange(house.state, request, response);
  const found = findRoute(routes, exchange.path, house.state);
  if (!found) {
    refuse(exchange, notFound(exchange.path));
    return;
  }
  const { route, at, rest } = found;
  Object.assign(exchange, { at, rest });
  if (route.who === 'probe') {
    probed(exchange, route);
    return;
  }
  const goOn = () => {
    exchange.state = house.state;
    void admitted(exchange, route).catch((error: unknown) => refuse(exchange, error));
  };
  if (!whenRestarted(house, goOn)) refuse(exchange, stopping());
}

/** At once and without a promise: probes are asked all the time. */
function probed(exchange: Exchange, route: Route): void {
  try {
    demandMethod(exchange, route);
    void route.handle(exchange);
  } catch (error) {
    refuse(exchange, error);
  }
}

async function admitted(exchange: Exchange, route: Route): Promise<void> {
  const { state, request } = exchange;
  const elsewhere = route.who === 'key' ? undefined : fromElsewhere(request, state);
  if (elsewhere !== undefined) throw new HttpError('FORBIDDEN', elsewhere);
  demandMethod(exchange, route);
  if (route.who === 'token') await demandGatewaySecret(exchange);
  else if (typeof route.who === 'function') await route.who(exchange);
  if (state.stopping) throw stopping();
  // Only now: who may not come in keeps no gateway from its end.
  await state.work.during(async () => route.handle(exchange));
}

function demandMethod({ request }: Exchange, { methods }: Route): void {
  const known: readonly string[] = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  if (known.includes(request.method ?? '')) return;
  throw new HttpError('METHOD_NOT_ALLOWED', 'method not allowed', { headers: { Allow: known.join(', ') } });
}

function refuse(exchange: Exchange, error: unknown): void {
  const { response, state, path } = exchange;
  if (response.destroyed || response.writableEnded) return;
  const known = asHttpError(error);
  if (!known) state.options.log.error(`HTTP ${path.slice(0, 100)} failed: ${(error as Error).stack ?? error}`);
  // What was begun cannot be taken back: that it is not whole is seen by its end.
  if (response.headersSent) response.destroy();
  else exchange.refuse(known ?? new HttpError('INTERNAL', 'internal error'));
}

const notFound = (path: string) =>
  path.startsWith('/') ? new HttpError('NOT_FOUND', 'not found') : new HttpError('INVALID_REQUEST', 'that is no path');
const stopping = () => new HttpError('UNAVAILABLE', 'gateway stopping', { headers: { 'Retry-After': '1' } });
