import { pick, textAt } from '@polygate/core';
import { agentsOf } from '../agents.ts';
import { mainKeyOf } from '../sessions/keys.ts';
import type { GatewayState } from '../state.ts';
import { startTurn } from '../turns/start.ts';
import type { Incoming } from './channel.ts';
import type { Item } from './inbox.ts';
import { splitText } from './split.ts';

const NOT_NOW = 'Sorry, I could not answer that just now.';

/** The conversation that a message belongs to. In the family all who may speak to an agent share its main one, unless session.dmScope says otherwise. */
export function sessionKeyOf(
  config: unknown,
  channel: string,
  { from, chat, isGroup }: Pick<Incoming, 'from' | 'chat' | 'isGroup'>,
): string {
  const { defaultId } = agentsOf(config);
  if (isGroup) return `agent:${defaultId}:${channel}:group:${chat}`;
  switch (textAt(config, 'session.dmScope')) {
    case 'per-peer':
      return `agent:${defaultId}:dm:${from}`;
    case 'per-channel-peer':
      return `agent:${defaultId}:${channel}:dm:${from}`;
    default:
      return mainKeyOf(defaultId);
  }
}

/** Has the agent answer what came by a channel, in pieces of at most `most` characters. */
export async function answerItem(
  state: GatewayState,
  { channel, most }: { channel: string; most: number },
  { id, chat, sessionKey, text }: Item,
): Promise<string[] | 'later'> {
  const { log } = state.options;
  try {
    const turn = startTurn(state, { runId: `${channel}:${id}`, message: text, sessionKey, via: { channel, to: chat } });
    const { text: answer } = await turn.final;
    return splitText(answer, most);
  } catch (error) {
    if (state.stopping) return 'later';
    log.warn(`${channel}: the agent did not answer: ${(error as Error).message}`);
    return isStopped(error) ? [] : [NOT_NOW];
  }
}

const isStopped = (error: unknown): boolean => pick(error, 'shape.details.code') === 'ABORTED';
