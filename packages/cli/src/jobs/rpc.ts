import {
  classifyFailure,
  connectGateway,
  type GatewayConnection,
  RequestRefused,
  SocketClosed,
  TimedOut,
} from '@polygate/client';
import { Problem } from '@polygate/core';
import type { Context } from '../context.ts';
import { clientIdentity } from './client-identity.ts';
import type { Target } from './target.ts';

/** Connects to a gateway, or says in a Problem why not. It never starts one. */
export async function connectTo(context: Context, target: Target, timeoutMs: number): Promise<GatewayConnection> {
  const { url, token, password } = target;
  try {
    return await connectGateway({ url, token, password, timeoutMs, client: clientIdentity(context) });
  } catch (error) {
    throw connectProblem(error, target);
  }
}

/** One call on a connection of its own. @throws Problem GATEWAY_REFUSED with the gateway's own code, or why it could not be asked */
export async function callOnce(
  context: Context,
  target: Target,
  method: string,
  params: unknown,
  timeoutMs: number,
  final = false,
): Promise<unknown> {
  const connection = await connectTo(context, target, timeoutMs);
  try {
    return await connection.call(method, params, timeoutMs, final);
  } catch (error) {
    throw callProblem(error, method, target.url);
  } finally {
    connection.close();
  }
}

export function callProblem(error: unknown, method: string, url: string): unknown {
  if (error instanceof RequestRefused) {
    const { code, message, details } = error.error;
    if (code === 'NOT_LINKED' || code === 'AGENT_TIMEOUT') return new Problem(code, { message }, { cause: error });
    return new Problem(
      'GATEWAY_REFUSED',
      { method, code, message, ...(details === undefined ? {} : { details }) },
      { cause: error },
    );
  }
  if (error instanceof TimedOut || error instanceof SocketClosed) {
    return new Problem('GATEWAY_UNREACHABLE', { url, reason: error.message }, { cause: error });
  }
  return error;
}

function connectProblem(error: unknown, { url, explicit }: Target): Problem {
  const { outcome, reason, retryAfterMs } = classifyFailure(error);
  switch (outcome) {
    case 'closed':
      return new Problem('GATEWAY_NOT_RUNNING', { url, explicit }, { cause: error });
    case 'unauthorized':
      return new Problem('GATEWAY_UNAUTHORIZED', { url, reason }, { cause: error });
    case 'starting':
      return new Problem('GATEWAY_STARTING', { url, retryAfterMs: retryAfterMs ?? 500 }, { cause: error });
    case 'protocol':
      return new Problem('GATEWAY_PROTOCOL_MISMATCH', { url, reason }, { cause: error });
    default:
      return new Problem('GATEWAY_UNREACHABLE', { url, reason }, { cause: error });
  }
}
