import { pick } from '@polygate/core';
import type { HealthSummary, LinkChannel } from '@polygate/protocol';
import { healthMayHaveChanged } from '../health.ts';
import type { GatewayState } from '../state.ts';
import { WireError } from '../wire-error.ts';
import type { Channel, ChannelEvents, ChannelState } from './channel.ts';
import { WEBCHAT, webchatOf } from './webchat.ts';

type Create = (state: GatewayState, events: ChannelEvents) => Promise<Channel>;

/** The channels that there are; the code of one is loaded where a config has it. */
const KINDS: Readonly<Record<string, { label: string; load(): Promise<Create> }>> = {
  telegram: { label: 'Telegram', load: async () => (await import('./telegram/create.ts')).createTelegram },
  whatsapp: { label: 'WhatsApp', load: async () => (await import('./whatsapp/create.ts')).createWhatsApp },
};

interface Entry {
  label: string;
  /** Of the channel, or why there is none. */
  state: ChannelState;
  channel?: Channel;
}

/** The channels of this gateway, behind one port. */
export class Channels {
  readonly #gateway: () => GatewayState;
  readonly #entries = new Map<string, Entry>();
  #starting: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(gateway: () => GatewayState) {
    this.#gateway = gateway;
  }

  /** Begins with those that the config has. Nothing is waited for: a gateway is up without them. */
  start(): void {
    const { config, options } = this.#gateway();
    const named = Object.entries((pick(config.running, 'channels') ?? {}) as Record<string, unknown>);
    const wanted = named.filter(([id, settings]) => id !== 'defaults' && pick(settings, 'enabled') !== false);
    this.#starting = Promise.all(
      wanted.map(([id]) => {
        if (Object.hasOwn(KINDS, id)) return this.#begin(id);
        return options.log.warn(`channels.${id.slice(0, 100)}: this gateway has no such channel`);
      }),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#starting;
    await Promise.all([...this.#entries.values()].map(({ channel }) => channel?.stop()));
  }

  /** The channel of this name, whether or not it is linked. @throws WireError INVALID_REQUEST where there is none */
  named(id: string): Channel {
    const entry = this.#entries.get(id);
    if (entry?.channel) return entry.channel;
    const why = entry?.state.lastError ?? `channels.${id.slice(0, 100)} is not in the config`;
    throw new WireError('INVALID_REQUEST', `there is no channel ${id.slice(0, 100)}: ${why}`);
  }

  /** What a message goes by. @throws WireError NOT_LINKED, or INVALID_REQUEST where several could */
  forSending(id: string | undefined): Channel {
    if (id === WEBCHAT.id) return webchatOf(this.#gateway());
    const linked = [...this.#entries.values()].flatMap(({ channel }) => (channel?.state.linked ? [channel] : []));
    const [one, ...others] = id === undefined ? linked : linked.filter((channel) => channel.id === id);
    if (others.length > 0)
      throw new WireError('INVALID_REQUEST', `name the channel: ${linked.map((channel) => channel.id).join(' or ')}`);
    if (one) return one;
    const which = id === undefined ? 'no channel is linked' : `channel ${id.slice(0, 100)} is not linked`;
    throw new WireError('NOT_LINKED', which, { retryable: false });
  }

  /** As `channels.status` tells them: with the one that is always there. */
  all(): { id: string; label: string; state: ChannelState }[] {
    const own = [...this.#entries].map(([id, { label, state }]) => ({ id, label, state }));
    return [...own, WEBCHAT];
  }

  /** As `health` tells them. */
  summary(): Pick<HealthSummary, 'channels' | 'channelOrder' | 'channelLabels'> {
    const entries = [...this.#entries];
    return {
      channels: Object.fromEntries(entries.map(([id, { state }]) => [id, this.#briefly(state)])),
      channelOrder: entries.map(([id]) => id),
      channelLabels: Object.fromEntries(entries.map(([id, { label }]) => [id, label])),
    };
  }

  /** The first that is linked, else the first; null where there is none. */
  linkChannel(): LinkChannel | null {
    const entries = [...this.#entries].map(([id, entry]) => ({ id, ...entry }));
    const found = entries.find(({ state }) => state.linked) ?? entries[0];
    if (!found) return null;
    const { id, label, state } = found;
    return { id, label, linked: state.linked, authAgeMs: this.#ageOf(state) };
  }

  /** One line each, for people. */
  lines(): string[] {
    return [...this.#entries.values()].map(({ label, state }) => {
      const { linked, connected, account, lastError } = state;
      const how = linked ? (connected ? 'linked' : 'linked, not connected') : 'not linked';
      return `${label}: ${how}${account ? ` (${account})` : ''}${connected || !lastError ? '' : `: ${lastError}`}`;
    });
  }

  async #begin(id: string): Promise<void> {
    const kind = KINDS[id] as (typeof KINDS)[string];
    const gateway = this.#gateway();
    const entry: Entry = { label: kind.label, state: { configured: false, linked: false, running: false, connected: false } };
    this.#entries.set(id, entry);
    const changed = () => healthMayHaveChanged(gateway);
    try {
      const create = await kind.load();
      const channel = await create(gateway, { changed });
      if (this.#stopped) return;
      entry.channel = channel;
      entry.state = channel.state;
      channel.start();
    } catch (error) {
      gateway.options.log.error(`${id}: ${(error as Error).message}`);
      entry.state.lastError = (error as Error).message;
    }
    changed();
  }

  #briefly(state: ChannelState): Record<string, unknown> {
    const { configured, linked, running, connected, lastError, account } = state;
    return {
      configured,
      linked,
      running,
      connected,
      authAgeMs: this.#ageOf(state),
      ...(account ? { account } : {}),
      ...(lastError ? { lastError } : {}),
    };
  }

  #ageOf({ linked, authAt }: ChannelState): number | null {
    return linked && authAt !== undefined ? Math.max(0, this.#gateway().options.clock.now() - authAt) : null;
  }
}
