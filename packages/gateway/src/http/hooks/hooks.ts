import { readJsonObject } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { HttpError } from '../http-error.ts';
import type { Handler } from '../route.ts';
import { actionOf, type HookAction, mappedAction } from './action.ts';
import { beginHook, wake } from './do.ts';
import { type HookSettings, hookSettings } from './settings.ts';

const MOST_KEY = 256;

/** `POST <hooks>/wake`, `<hooks>/agent`, and whatever `hooks.mappings` has. */
export const takeHook: Handler = async (exchange) => {
  const { state } = exchange;
  const settings = hookSettings(state.config.running);
  const payload = await readJsonObject(exchange, settings.maxBodyBytes, { mayBeEmpty: true });
  const action = actionFor(exchange, settings, payload);
  if (!action) throw new HttpError('NOT_FOUND', 'there is no such hook');
  if (action.kind === 'wake') {
    wake(state, action);
    return exchange.json(200, { ok: true, mode: action.mode });
  }
  const runId = beginHook(state, settings, action, keyOf(exchange, payload));
  return exchange.json(202, { ok: true, runId });
};

function actionFor(
  { rest, request, state }: Exchange,
  settings: HookSettings,
  payload: Record<string, unknown>,
): HookAction | undefined {
  const path = rest.replaceAll(/^\/+|\/+$/g, '');
  if (path === 'wake') return actionOf('wake', payload);
  if (path === 'agent') {
    const action = actionOf('agent', payload);
    if (action.kind === 'agent' && action.sessionKey !== undefined && !settings.allowRequestSessionKey)
      throw new HttpError('INVALID_REQUEST', 'sessionKey is not taken from a request: hooks.allowRequestSessionKey is not true');
    return action;
  }
  const query = Object.fromEntries(new URLSearchParams(request.url?.split('?', 2)[1]));
  const now = new Date(state.options.clock.now()).toISOString();
  return path === '' ? undefined : mappedAction(settings, { payload, path, headers: request.headers, query, now });
}

/** What tells a hook that comes again. */
function keyOf({ request }: Exchange, payload: Record<string, unknown>): string | undefined {
  const named = request.headers['idempotency-key'] ?? payload.idempotencyKey;
  return typeof named === 'string' && named.trim() !== '' && named.length <= MOST_KEY ? named.trim() : undefined;
}
