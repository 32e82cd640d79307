import { pick } from '@polygate/core';
import { agentsOf } from '../agents.ts';
import { healthMayHaveChanged } from '../health.ts';
import { mainKeyOf, readKey } from '../sessions/keys.ts';
import type { GatewayState } from '../state.ts';
import { WireError } from '../wire-error.ts';
import { modelFor } from './models.ts';
import type { Said } from './provider.ts';
import { takeTurn } from './take.ts';
import { Telling } from './telling.ts';
import { Turn } from './turn.ts';

/** What an agent is to answer, and where that belongs. */
export interface TurnRequest {
  /** The idempotency key: the same one again gives the turn that was begun with it. */
  runId: string;
  message: string;
  /** Default: the one whose conversation it is, else the default agent. */
  agentId?: string | undefined;
  /** The conversation: read before, and added to after. Default: the main one of the agent. */
  sessionKey?: string | undefined;
  /** Instead of a conversation: all that was said before, by who asks. Nothing of it is kept. */
  messages?: readonly Said[] | undefined;
  /** Said to the model beside what the agent is told anyway. */
  system?: string | undefined;
  /** `provider/model`, instead of that of the agent. */
  model?: string | undefined;
  /** Milliseconds that it may take. Default: agents.defaults.timeoutSeconds, else ten minutes. */
  timeoutMs?: number | undefined;
  /** The channel that it came by, and from whom there. */
  via?: { channel: string; to: string } | undefined;
}

const USUAL_TIMEOUT_S = 600;

/**
 * Has an agent take its turn: the one door for the methods, the channels and HTTP. The turn goes on by itself from here; who
 * asked reads `turn.deltas()`, waits for `turn.final`, or ends it with `turn.abort(reason)`. Turns of one conversation come one after
 * the other. Every turn of a conversation is told as `agent` and `chat` events. A gateway that stops waits for its turns as long as it
 * waits for requests, and ends them then.
 * @throws WireError INVALID_REQUEST or UNAVAILABLE for a turn that cannot begin; what goes wrong later is the turn's own end
 */
export function startTurn(state: GatewayState, request: TurnRequest): Turn {
  const { turns, config, options, work } = state;
  const known = turns.get(request.runId);
  if (known) return known;
  if (state.stopping) throw new WireError('UNAVAILABLE', 'gateway stopping', { retryable: true });
  const { agentId, sessionKey } = conversationOf(state, request);
  const model = modelFor(config.running, agentId, request.model);
  turns.makeRoom();
  const timeoutMs = request.timeoutMs || usualTimeoutMs(config.running);
  const now = () => options.clock.now();
  const turn = new Turn({ runId: request.runId, sessionKey, agentId, model, timeoutMs, now });
  const telling = new Telling(state, turn);
  turns.add(turn);
  turn.told = telling.follow().then(() => healthMayHaveChanged(state));
  const taken = turns.inLine(turn, () => {
    turn.doing = takeTurn(state, turn, request, telling);
    return turn.doing;
  });
  void work.during(() => Promise.all([turn.told, taken]));
  return turn;
}

function conversationOf(
  { config }: GatewayState,
  { agentId, sessionKey, messages }: TurnRequest,
): { agentId: string; sessionKey: string | undefined } {
  const known = agentsOf(config.running);
  if (agentId !== undefined && !known.agents.some(({ id }) => id === agentId))
    throw new WireError('INVALID_REQUEST', `unknown agent id: ${agentId.slice(0, 100)}`);
  const own = agentId ?? known.defaultId;
  if (messages) return { agentId: own, sessionKey: undefined };
  const name = readKey(sessionKey ?? mainKeyOf(own), agentId === undefined ? known : { ...known, defaultId: own });
  if (!name) throw new WireError('INVALID_REQUEST', `unknown session: ${String(sessionKey).slice(0, 100)}`);
  if (agentId !== undefined && name.agentId !== agentId)
    throw new WireError('INVALID_REQUEST', `session ${name.key.slice(0, 100)} is not of the agent ${agentId.slice(0, 100)}`);
  return { agentId: name.agentId, sessionKey: name.key };
}

function usualTimeoutMs(config: unknown): number {
  const seconds = pick(config, 'agents.defaults.timeoutSeconds');
  const fit = typeof seconds === 'number' && seconds >= 1 && seconds <= 86_400;
  return (fit ? seconds : USUAL_TIMEOUT_S) * 1_000;
}
