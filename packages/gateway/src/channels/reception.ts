import { pick } from '@polygate/core';
import type { GatewayState } from '../state.ts';
import { isAllowed } from './allowed.ts';
import { answerItem, sessionKeyOf } from './answer.ts';
import type { Incoming } from './channel.ts';
import { Inbox, type Item } from './inbox.ts';

export interface ReceptionOptions {
  /** Id of the channel. */
  channel: string;
  /** Characters that one message may have. */
  most: number;
  send(chat: string, text: string, key: string): Promise<unknown>;
}

/** Where what comes by a channel goes: to the agent where the sender may speak to it, and nowhere else. */
export class Reception {
  readonly inbox: Inbox;
  readonly #state: GatewayState;
  readonly #channel: string;

  private constructor(state: GatewayState, channel: string, inbox: Inbox) {
    this.#state = state;
    this.#channel = channel;
    this.inbox = inbox;
  }

  static async open(state: GatewayState, { channel, most, send }: ReceptionOptions): Promise<Reception> {
    const { keep, log, clock } = state.options;
    const answer = (item: Item) => answerItem(state, { channel, most }, item);
    const inbox = await Inbox.open({ keep, name: `channels/${channel}.json`, log, clock, answer, send });
    return new Reception(state, channel, inbox);
  }

  /** Takes messages, each once. Resolves with who was turned away last, when all is written down. */
  async take(messages: readonly Incoming[], cursor?: number): Promise<string | undefined> {
    const { config, options, turns } = this.#state;
    const settings = pick(config.running, `channels.${this.#channel}`);
    const items: Item[] = [];
    let turnedAway: string | undefined;
    for (const message of messages) {
      const { id, chat, text } = message;
      const sessionKey = sessionKeyOf(config.running, this.#channel, message);
      if (!isAllowed(settings, message)) {
        turnedAway = [message.from, message.name].filter(Boolean).join(' ');
        options.log.info(`${this.#channel}: a message of ${turnedAway} is not answered: the config does not let them in`);
        // Not kept waiting behind the turn that it is to stop.
      } else if (/^\s*\/stop\b/i.test(text)) for (const turn of turns.underWay(sessionKey)) turn.abort('stopped');
      else items.push({ id, chat, sessionKey, text });
    }
    await this.inbox.take(items, cursor);
    return turnedAway;
  }
}
