import type { TSchema } from 'typebox';
import { anything, document, flag, list, mapOf, oneOf, orNull, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

/** Turns of agents, and the channels that messages come and go by. */
export const agentShapes: Record<string, TSchema> = {
  AgentTurnDocument: document({
    ...done,
    runId: text('Id of the run: `--run-id` with the same one takes no second turn'),
    status: oneOf(['ok', 'accepted'], 'accepted: with `--no-wait`'),
    'summary?': text(),
    'acceptedAt?': whole('Milliseconds since 1970'),
    'result?': ref('AgentTurnResult'),
  }),
  AgentTurnResult: shape({
    payloads: list(ref('AgentPayload'), 'What the agent said; none where it said nothing'),
    'meta?': anything('How long it took, and which model answered'),
    'delivered?': ref('MessageSent', 'With `--deliver`'),
  }),
  AgentPayload: shape({ text: text(), mediaUrl: orNull(text()) }),
  MessageSentDocument: document({
    ...done,
    runId: text('Its idempotency key'),
    messageId: text("The channel's own id of it"),
    channel: text(),
  }),
  MessageSent: shape({ channel: text(), messageId: text() }),
  ChannelsDocument: document({
    ...done,
    ts: whole('Milliseconds since 1970'),
    channelOrder: list(text()),
    channelLabels: mapOf(text()),
    channels: mapOf(ref('ChannelRow'), 'By id'),
    channelAccounts: anything('The same by account'),
    channelDefaultAccountId: mapOf(text()),
  }),
  ChannelRow: shape(
    {
      configured: flag('The config has what it needs'),
      linked: flag('It is that account now, as far as is known'),
      running: flag(),
      connected: flag(),
      'authAt?': whole('Milliseconds since 1970, of the last time that the other side took it for that account'),
      'account?': text(),
      'lastError?': text(),
      'lastInboundAt?': whole(),
      'lastOutboundAt?': whole(),
      'reconnectAttempts?': whole(),
      'turnedAway?': text('Whose message was left unanswered last'),
    },
    'Gateways of the family add fields of their own',
  ),
  ChannelChangeDocument: document({
    ...done,
    action: oneOf(['linked', 'logged-out']),
    channel: text(),
    changed: flag('false: it was so already'),
    message: text(),
  }),
};
