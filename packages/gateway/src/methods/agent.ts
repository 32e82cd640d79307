import type { AgentParams, AgentResult } from '@polygate/protocol';
import { sessionKeyOf } from '../channels/answer.ts';
import type { GatewayState } from '../state.ts';
import { startTurn } from '../turns/start.ts';
import { RunFailed, type Turn } from '../turns/turn.ts';
import { WireError } from '../wire-error.ts';
import { type Method, TwoStages } from './method.ts';

const WAIT_MS = 30_000;

export const agent: Method<'agent'> = async (params, state) => {
  const { message, agentId, idempotencyKey: runId, timeout, model, extraSystemPrompt: system } = params;
  // Whether it can be delivered is known before anything is done.
  const deliver = params.deliver ? delivery(params, state) : undefined;
  const sessionKey = await conversationOf(params, state);
  const timeoutMs = timeout === undefined ? undefined : timeout * 1_000;
  const turn = startTurn(state, { runId, message, agentId, sessionKey, timeoutMs, model, system });
  return new TwoStages({ runId, status: 'accepted', acceptedAt: turn.acceptedAt }, finalOf(turn, deliver));
};

export const agentWait: Method<'agent.wait'> = async ({ runId, timeoutMs = WAIT_MS }, { turns }, { connId }) =>
  (await turns.wait(runId, timeoutMs, connId)) ?? { runId, status: 'timeout' };

/** The conversation that is named, by its key, its id, or whom it is held with. */
async function conversationOf(params: AgentParams, { sessions, config }: GatewayState): Promise<string | undefined> {
  const { sessionKey, sessionId, to, channel, agentId } = params;
  if (sessionKey !== undefined) return sessionKey;
  if (sessionId !== undefined) {
    const found = await sessions.keyOf(sessionId);
    if (found === undefined) throw new WireError('INVALID_REQUEST', `unknown session id: ${sessionId.slice(0, 100)}`);
    return found;
  }
  if (to === undefined || agentId !== undefined) return undefined;
  return sessionKeyOf(config.running, channel ?? 'whatsapp', { from: to, chat: to, isGroup: false });
}

type Delivery = (runId: string, text: string) => Promise<{ channel: string; messageId: string }>;

/** How an answer gets to whom it is for. @throws WireError NOT_LINKED or INVALID_REQUEST */
function delivery(
  { to, replyTo = to, channel, replyChannel = channel }: AgentParams,
  { channels, once }: GatewayState,
): Delivery {
  if (replyTo === undefined) throw new WireError('INVALID_REQUEST', 'deliver: say whom to, with to or replyTo');
  const by = channels.forSending(replyChannel);
  return (runId, text) =>
    once.run(`deliver:${runId}`, async () => {
      const { messageId } = await by.send({ to: replyTo, text, key: runId });
      return { channel: by.id, messageId };
    });
}

/** The second answer, in the family's form: after all that was told of the turn. */
async function finalOf(turn: Turn, deliver: Delivery | undefined): Promise<AgentResult> {
  const { runId, acceptedAt, final, told } = turn;
  await told;
  const { text, provider, model, usage, sessionId } = await final;
  const durationMs = (turn.endedAt ?? acceptedAt) - acceptedAt;
  const agentMeta = { provider, model, ...(sessionId ? { sessionId } : {}), ...(usage ? { usage } : {}) };
  const payloads = text === '' ? [] : [{ text, mediaUrl: null }];
  const delivered =
    deliver && text !== '' ? await deliver(runId, text).catch((error: Error) => notDelivered(runId, error)) : undefined;
  const result = { payloads, meta: { durationMs, agentMeta }, ...(delivered ? { delivered } : {}) };
  return { runId, status: 'ok', summary: 'completed', result };
}

/** The turn is done and kept; that nobody got it is its failure all the same. */
function notDelivered(runId: string, error: Error): never {
  throw new RunFailed(runId, 'UNAVAILABLE', `answered, but not delivered: ${error.message}`, { retryable: false });
}
