import { pick, textAt } from '@polygate/core';
import type { GatewayState } from '../../state.ts';
import type { Channel, ChannelEvents } from '../channel.ts';
import { Reception } from '../reception.ts';
import { secretIn } from '../secret-in.ts';
import { MOST_CHARS, Telegram } from './telegram.ts';

/** The channel as the config wants it. @throws WireError that says what is missing */
export async function createTelegram(state: GatewayState, events: ChannelEvents): Promise<Channel> {
  const { options, config } = state;
  const settings = pick(config.running, 'channels.telegram');
  const token = await secretIn(options, textAt(settings, 'botToken'), 'channels.telegram.botToken', 'TELEGRAM_BOT_TOKEN');
  let telegram: Telegram | undefined;
  const send = async (to: string, text: string, key: string) => telegram?.send({ to, text, key });
  const reception = await Reception.open(state, { channel: 'telegram', most: MOST_CHARS, send });
  const { log, clock } = options;
  telegram = new Telegram({ token, apiRoot: textAt(settings, 'apiRoot'), reception, clock, log, events });
  return telegram;
}
