import { randomUUID } from 'node:crypto';
import { agentsOf } from '../agents.ts';
import { readKey } from '../sessions/keys.ts';
import type { GatewayState } from '../state.ts';
import { WireError } from '../wire-error.ts';
import type { Channel, ChannelState } from './channel.ts';

const state: ChannelState = { configured: true, linked: true, running: true, connected: true };

export const WEBCHAT: { id: string; label: string; state: ChannelState } = { id: 'webchat', label: 'WebChat', state };

/** The clients of the gateway itself: what is sent to a conversation is written down there and told to all who follow it. */
export function webchatOf(gateway: GatewayState): Channel {
  return {
    ...WEBCHAT,
    start: () => undefined,
    stop: async () => undefined,
    async send({ to, text }) {
      const { config, conversations, hub, options } = gateway;
      const name = readKey(to, agentsOf(config.running));
      if (!name) throw new WireError('INVALID_REQUEST', `unknown session: ${to.slice(0, 100)}`);
      const id = randomUUID();
      const conversation = await conversations.open(name.agentId, name.key);
      await conversation.said({ butNot: id });
      await conversation.add({ id, role: 'assistant', text, stopReason: 'injected' });
      const message = { role: 'assistant', content: [{ type: 'text', text }], timestamp: options.clock.now() };
      hub.broadcast('chat', { runId: id, sessionKey: name.key, seq: 1, state: 'final', message, stopReason: 'injected' });
      return { messageId: id };
    },
  };
}
