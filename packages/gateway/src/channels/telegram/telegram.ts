import type { Clock } from '@polygate/host';
import type { Log } from '../../log.ts';
import type { Channel, ChannelEvents, ChannelState, Outgoing } from '../channel.ts';
import { backoffMs, pause } from '../pause.ts';
import type { Reception } from '../reception.ts';
import { Api } from './bot-api.mjs';
import { failureOf, sendFailure } from './failure.ts';
import { type Me, messageIn, type Update } from './updates.ts';

/** Characters of one message; the Bot API's limit is 4096. */
export const MOST_CHARS = 4_000;
/** A call that waits for messages is answered after this at the latest. */
const POLL_S = 30;
const API_ROOT = 'https://api.telegram.org';
const CONFLICT_MS = 30_000;

export interface TelegramOptions {
  token: string;
  /** Address of the Bot API, where it is not the usual one. */
  apiRoot: string | undefined;
  reception: Reception;
  clock: Clock;
  log: Log;
  events: ChannelEvents;
}

/** A bot of Telegram, by long polling: nothing has to reach this machine from outside. */
export class Telegram implements Channel {
  readonly id = 'telegram';
  readonly label = 'Telegram';
  readonly state: ChannelState = { configured: true, linked: false, running: false, connected: false };
  readonly #options: TelegramOptions;
  readonly #api: Api;
  readonly #stop = new AbortController();
  #polling: Promise<void> = Promise.resolve();

  constructor(options: TelegramOptions) {
    this.#options = options;
    const apiRoot = (options.apiRoot ?? API_ROOT).replace(/\/+$/, '');
    // A call that is never answered ends: twice as long as one that waits for messages.
    this.#api = new Api(options.token, { apiRoot, timeoutSeconds: 2 * POLL_S });
  }

  start(): void {
    this.#note({ running: true });
    this.#options.reception.inbox.start();
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#polling, this.#options.reception.inbox.stop()]);
    this.#note({ running: false, connected: false });
  }

  async send({ to, text, mediaUrl, gifPlayback }: Outgoing): Promise<{ messageId: string }> {
    try {
      const sent = await this.#dispatch(to, text, mediaUrl, gifPlayback === true);
      this.#note({ lastOutboundAt: this.#options.clock.now() });
      return { messageId: String(sent.message_id) };
    } catch (error) {
      throw sendFailure(error, this.#options.token);
    }
  }

  #dispatch(to: string, text: string, mediaUrl: string | undefined, gif: boolean): Promise<{ message_id: number }> {
    if (mediaUrl === undefined) return this.#api.sendMessage(to, text);
    const caption = { caption: text };
    if (gif) return this.#api.sendAnimation(to, mediaUrl, caption);
    return /\.(jpe?g|png|webp)(\?|$)/i.test(mediaUrl)
      ? this.#api.sendPhoto(to, mediaUrl, caption)
      : this.#api.sendDocument(to, mediaUrl, caption);
  }

  async #poll(): Promise<void> {
    const { reception, clock, log, token } = this.#options;
    const { inbox } = reception;
    const { signal } = this.#stop;
    let me: Me | undefined;
    for (let failures = 0; !signal.aborted; ) {
      try {
        me ??= await this.#introduce(signal);
        await inbox.room();
        // The offset tells the other side that all before it was taken: it is written down by then.
        const updates = (await this.#api.getUpdates(
          { offset: inbox.cursor, timeout: POLL_S, allowed_updates: ['message'] },
          signal,
        )) as Update[];
        failures = 0;
        this.#note({ linked: true, connected: true, authAt: clock.now(), reconnectAttempts: 0 }, ['lastError']);
        if (updates.length > 0) await this.#take(updates, me);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        const { kind, reason, waitMs } = failureOf(error, token);
        if (failures === 1 || kind === 'refused') log.warn(`telegram: ${reason}`);
        this.#note({
          connected: false,
          lastError: reason,
          reconnectAttempts: failures,
          ...(kind === 'refused' ? { linked: false } : {}),
        });
        await pause(waitMs ?? (kind === 'conflict' ? CONFLICT_MS : backoffMs(failures, clock.random)), signal);
      }
    }
  }

  async #introduce(signal: AbortSignal): Promise<Me> {
    const { id, username } = await this.#api.getMe(signal);
    this.#note({ account: `@${username}`, linked: true, connected: true, authAt: this.#options.clock.now() }, ['lastError']);
    this.#options.log.info(`telegram: connected as @${username}`);
    return { id, username };
  }

  async #take(updates: readonly Update[], me: Me): Promise<void> {
    const { reception, clock } = this.#options;
    const messages = updates.flatMap((update) => messageIn(update, me) ?? []);
    if (messages.length > 0) this.#note({ lastInboundAt: clock.now() });
    const turnedAway = await reception.take(messages, Math.max(...updates.map(({ update_id }) => update_id)) + 1);
    if (turnedAway !== undefined) this.#note({ turnedAway });
  }

  #note(state: Partial<ChannelState>, gone: readonly (keyof ChannelState)[] = []): void {
    Object.assign(this.state, state);
    for (const field of gone) delete this.state[field];
    this.#options.events.changed();
  }
}
