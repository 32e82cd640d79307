import { agentsOf } from '../agents.ts';
import { readKey } from '../sessions/keys.ts';
import type { GatewayState } from '../state.ts';
import { startTurn } from '../turns/start.ts';
import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

const HISTORY_LIMIT = 200;
/** Bytes of a history at most, so that it fits into one frame of any client. */
const HISTORY_BYTES = 400_000;

export const chatSend: Method<'chat.send'> = async ({ sessionKey, message, timeoutMs, idempotencyKey: runId }, state) => {
  const key = keyOf(sessionKey, state);
  if (/^\s*\/stop\s*$/i.test(message)) {
    const runIds = abort(state, key, 'stopped');
    return { aborted: runIds.length > 0, runIds };
  }
  const known = state.turns.get(runId);
  if (!known) {
    startTurn(state, { runId, message, sessionKey: key, timeoutMs });
    return { runId, status: 'started' };
  }
  if (!known.isOver) return { runId, status: 'in_flight' };
  return known.final.then(
    () => ({ runId, status: 'ok' as const }),
    ({ message: summary }: Error) => ({ runId, status: 'error' as const, summary }),
  );
};

export const chatHistory: Method<'chat.history'> = async ({ sessionKey, limit = HISTORY_LIMIT }, state) => {
  const key = keyOf(sessionKey, state);
  return { sessionKey, ...(await state.conversations.history(key, { limit, maxBytes: HISTORY_BYTES })) };
};

export const chatAbort: Method<'chat.abort'> = ({ sessionKey, runId }, state) => {
  const key = keyOf(sessionKey, state);
  if (runId !== undefined) {
    const turn = state.turns.get(runId);
    if (turn && turn.sessionKey !== key) throw new WireError('INVALID_REQUEST', 'runId does not match sessionKey');
  }
  const runIds = abort(state, key, 'aborted', runId);
  return { ok: true, aborted: runIds.length > 0, runIds };
};

/** Ends the turns that go on in a conversation; gives their ids. */
function abort({ turns }: GatewayState, key: string, reason: string, runId?: string): string[] {
  const meant = turns.underWay(key).filter((turn) => runId === undefined || turn.runId === runId);
  return meant.filter((turn) => turn.abort(reason)).map((turn) => turn.runId);
}

/** A key as it is kept. @throws WireError for one of an agent that is not here */
function keyOf(sessionKey: string, { config }: GatewayState): string {
  const name = readKey(sessionKey, agentsOf(config.running));
  if (!name) throw new WireError('INVALID_REQUEST', `unknown session: ${sessionKey.slice(0, 100)}`);
  return name.key;
}
