import Type from 'typebox';
import { anything, atMost, flag, list, type MethodDefinition, oneOf, openShape, shape, short, text, wait } from '../shape.ts';

export const chatSend: MethodDefinition = {
  name: 'chat.send',
  summary:
    'Says something in a conversation. Answered at once; what the agent answers comes as chat events. The message /stop ends what goes on in it.',
  scope: 'operator.write',
  params: shape({
    sessionKey: text(),
    message: text(),
    'thinking?': Type.String(),
    'deliver?': flag('Send the answer by the channel that the conversation is held on'),
    'attachments?': atMost(anything(), 64),
    'timeoutMs?': wait('Milliseconds that the turn may take'),
    idempotencyKey: short('Also the id of the run: a second call with the same one says nothing again'),
  }),
  result: openShape({
    'runId?': text(),
    'status?': oneOf(['started', 'in_flight', 'ok', 'error']),
    'summary?': text('Why it failed'),
    'aborted?': flag('Of /stop'),
    'runIds?': list(text()),
  }),
};

export const chatHistory: MethodDefinition = {
  name: 'chat.history',
  summary: 'What was said in a conversation, the last messages of it.',
  scope: 'operator.read',
  params: shape({
    sessionKey: text(),
    'limit?': Type.Integer({ minimum: 1, maximum: 1000, description: 'Messages at most (200)' }),
  }),
  result: openShape({ sessionKey: text(), 'sessionId?': text(), messages: list(anything()), 'thinkingLevel?': text() }),
};

export const chatAbort: MethodDefinition = {
  name: 'chat.abort',
  summary: 'Ends the turns that go on in a conversation, or one of them.',
  scope: 'operator.write',
  params: shape({ sessionKey: text(), 'runId?': short() }),
  result: shape({ ok: Type.Literal(true), aborted: flag(), runIds: list(text(), 'Those that were ended') }),
};
