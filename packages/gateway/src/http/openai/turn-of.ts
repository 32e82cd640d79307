import { randomUUID } from 'node:crypto';
import type { Said } from '../../turns/provider.ts';
import { startTurn } from '../../turns/start.ts';
import type { Turn } from '../../turns/turn.ts';
import type { Exchange } from '../exchange.ts';
import { bad } from './read.ts';
import type { Target } from './target.ts';

/** What is to be answered, of whatever API. */
export interface Asked {
  target: Target;
  /** What was said, with the message that is to be answered at its end. */
  said: readonly Said[];
  /** The name of that in the request. */
  param: string;
  /** The end user: who has one has a conversation that is kept. */
  user: string | undefined;
  /** What the id of the turn begins with: it is that of the answer. */
  prefix: string;
  /** What the key of a user's conversation names it by, as in the family. */
  kind: string;
}

/**
 * Begins the turn. Without a user and a session key all that was said is in the request, and nothing is kept; with one of them the
 * gateway keeps the conversation and takes the last message alone. A client that leaves ends its turn.
 */
export function turnOf(exchange: Exchange, { target, said, param, user, prefix, kind }: Asked): Turn {
  const { state, request, gone } = exchange;
  const spoken = said.filter(({ role }) => role !== 'system');
  const last = spoken.at(-1);
  if (last?.role !== 'user' || last.text.trim() === '')
    throw bad(param, 'is to end with a message of the user that says something');
  const system = said.flatMap(({ role, text }) => (role === 'system' && text.trim() !== '' ? [text] : [])).join('\n\n');
  const header = request.headers[`x-${state.options.pack.id}-session-key`];
  const sessionKey = typeof header === 'string' && header !== '' ? header : keyOf(target.agentId, kind, user);
  const turn = startTurn(state, {
    runId: `${prefix}${randomUUID().replaceAll('-', '')}`,
    message: last.text,
    agentId: target.agentId,
    model: target.model,
    ...(system === '' ? {} : { system }),
    ...(sessionKey === undefined ? { messages: spoken.slice(0, -1) } : { sessionKey }),
  });
  const leave = () => turn.abort('the client left');
  if (gone.aborted) leave();
  else gone.addEventListener('abort', leave, { once: true });
  return turn;
}

const keyOf = (agentId: string, kind: string, user: string | undefined) =>
  user === undefined || user === '' ? undefined : `agent:${agentId}:${kind}:${user}`;
