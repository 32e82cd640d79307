import { randomUUID } from 'node:crypto';
import { agentsOf } from '../agents.ts';
import type { Conversation } from '../sessions/conversations.ts';
import { mainKeyOf } from '../sessions/keys.ts';
import { settled } from '../settled.ts';
import type { GatewayState } from '../state.ts';
import { WireError } from '../wire-error.ts';
import { providerOf } from './models.ts';
import { systemOf } from './prompt.ts';
import type { Said } from './provider.ts';
import type { TurnRequest } from './start.ts';
import type { Telling } from './telling.ts';
import { RunFailed, type Turn, type TurnResult } from './turn.ts';

/** More than this no answer has: what goes on for ever is ended. Characters. */
const MOST_TEXT = 1_000_000;

/** Asks the provider, tells what comes, keeps what was said. Never rejects: what goes wrong is the end of the turn. */
export async function takeTurn(state: GatewayState, turn: Turn, request: TurnRequest, telling: Telling): Promise<void> {
  try {
    if (!turn.isOver) await answer(state, turn, request, telling);
  } catch (error) {
    turn.fail(asFailure(state, turn, error));
  }
}

async function answer(state: GatewayState, turn: Turn, request: TurnRequest, telling: Telling): Promise<void> {
  const { options, config, conversations } = state;
  const { signal, model, agentId, sessionKey } = turn;
  const provider = await providerOf(config.running, model, options);
  const conversation = sessionKey === undefined ? undefined : await conversations.open(agentId, sessionKey, request.via);
  const before = conversation ? await conversation.said({ butNot: turn.runId }) : (request.messages ?? []);
  await conversation?.add({ id: turn.runId, role: 'user', text: request.message });
  const system = await systemOf(
    options,
    config.running,
    agentId,
    [request.system, newsFor(state, turn)].filter(Boolean).join('\n\n'),
  );
  const messages: Said[] = [...system, ...before, { role: 'user', text: request.message }];
  let end: Pick<TurnResult, 'stopReason' | 'usage'> | undefined;
  try {
    for await (const piece of provider.answer({ model: model.model, messages, signal })) {
      signal.throwIfAborted();
      if (piece.type === 'text') turn.say(piece.text);
      else if (piece.type === 'refused') telling.toolRefused(piece.tool);
      else end = { stopReason: piece.reason, ...(piece.usage ? { usage: piece.usage } : {}) };
      if (turn.textLength > MOST_TEXT)
        throw new WireError('UNAVAILABLE', 'the answer does not end: it was cut off', { retryable: false });
    }
    if (!end) throw new WireError('UNAVAILABLE', 'the answer broke off', { retryable: true });
  } catch (error) {
    await settled(keep(turn, conversation, signal.aborted ? 'aborted' : 'error'));
    throw error;
  }
  await keep(turn, conversation, end.stopReason, end.usage);
  turn.succeed({ ...end, ...(conversation ? { sessionId: conversation.sessionId } : {}) });
}

/** What is to be heard of by the default agent, in its main conversation, is told once. */
function newsFor({ queuedEvents, config }: GatewayState, { sessionKey }: Turn): string | undefined {
  if (sessionKey !== mainKeyOf(agentsOf(config.running).defaultId) || queuedEvents.length === 0) return undefined;
  return `What happened meanwhile:\n${queuedEvents
    .splice(0)
    .map((text) => `- ${text}`)
    .join('\n')}`;
}

/** What it said so far is kept, also of a turn that did not come to its end. */
async function keep(
  turn: Turn,
  conversation: Conversation | undefined,
  stopReason: string,
  usage?: TurnResult['usage'],
): Promise<void> {
  const { text, model } = turn;
  if (!conversation || (text === '' && stopReason !== 'stop')) return;
  await conversation.add({ id: randomUUID(), role: 'assistant', text, stopReason, ...model, ...(usage ? { usage } : {}) });
}

function asFailure({ options }: GatewayState, { runId, signal }: Turn, error: unknown): RunFailed {
  if (signal.reason instanceof RunFailed) return signal.reason;
  if (error instanceof WireError) {
    const { code, message, ...rest } = error.shape;
    return new RunFailed(runId, code as 'UNAVAILABLE', message, rest);
  }
  options.log.error(`turn failed: ${(error as Error).stack ?? error}`, { run: runId });
  return new RunFailed(runId, 'UNAVAILABLE', 'internal error', { retryable: false });
}
