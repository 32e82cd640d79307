import { textAt } from '@polygate/core';
import { sameSecret } from '../../auth.ts';
import { secretIn } from '../../channels/secret-in.ts';
import type { Exchange } from '../exchange.ts';
import { HttpError } from '../http-error.ts';
import { bearerOf, demandSecret } from '../secret.ts';

/** Lets in who shows `hooks.token`. @throws HttpError UNAUTHORIZED; UNAVAILABLE where there is none that may be used */
export async function demandHookToken(exchange: Exchange): Promise<void> {
  const { state, request } = exchange;
  if (new URLSearchParams(request.url?.split('?', 2)[1]).has('token'))
    throw new HttpError('INVALID_REQUEST', 'a secret in a query gets into logs: show the hook token as Authorization: Bearer');
  const { options, config } = state;
  const said = textAt(config.running, 'hooks.token');
  // Why not is for who has the config, and not for who asks.
  const token = await secretIn(options, said, 'hooks.token', 'HOOKS_TOKEN').catch(() => {
    throw new HttpError('UNAVAILABLE', 'hooks.token is not set, or is not in the secret file');
  });
  // Who may call a hook would be who may do everything.
  if (sameSecret(token, options.auth.secret))
    throw new HttpError('UNAVAILABLE', `hooks.token is the ${options.auth.mode} of the gateway: hooks need one of their own`);
  const header = request.headers[`x-${options.pack.id}-token`];
  await demandSecret(exchange, 'hook token', token, bearerOf(exchange) ?? (typeof header === 'string' ? header : undefined));
}
