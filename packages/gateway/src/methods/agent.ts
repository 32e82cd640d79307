import type { AgentResult } from '@polygate/protocol';
import { startTurn } from '../turns/start.ts';
import type { Turn } from '../turns/turn.ts';
import { WireError } from '../wire-error.ts';
import { type Method, TwoStages } from './method.ts';

const WAIT_MS = 30_000;

export const agent: Method<'agent'> = async (params, state) => {
  const { message, agentId, idempotencyKey: runId, sessionId, timeout, model, extraSystemPrompt: system } = params;
  let { sessionKey } = params;
  if (sessionKey === undefined && sessionId !== undefined) {
    sessionKey = await state.sessions.keyOf(sessionId);
    if (sessionKey === undefined) throw new WireError('INVALID_REQUEST', `unknown session id: ${sessionId.slice(0, 100)}`);
  }
  const timeoutMs = timeout === undefined ? undefined : timeout * 1_000;
  const turn = startTurn(state, { runId, message, agentId, sessionKey, timeoutMs, model, system });
  return new TwoStages({ runId, status: 'accepted', acceptedAt: turn.acceptedAt }, finalOf(turn));
};

export const agentWait: Method<'agent.wait'> = async ({ runId, timeoutMs = WAIT_MS }, { turns }, { connId }) =>
  (await turns.wait(runId, timeoutMs, connId)) ?? { runId, status: 'timeout' };

/** The second answer, in the family's form: after all that was told of the turn. */
async function finalOf(turn: Turn): Promise<AgentResult> {
  const { runId, acceptedAt, final, told } = turn;
  await told;
  const { text, provider, model, usage, sessionId } = await final;
  const durationMs = (turn.endedAt ?? acceptedAt) - acceptedAt;
  const agentMeta = { provider, model, ...(sessionId ? { sessionId } : {}), ...(usage ? { usage } : {}) };
  const payloads = text === '' ? [] : [{ text, mediaUrl: null }];
  return { runId, status: 'ok', summary: 'completed', result: { payloads, meta: { durationMs, agentMeta } } };
}
