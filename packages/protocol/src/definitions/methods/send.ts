import { flag, type MethodDefinition, openShape, shape, short, text } from '../shape.ts';

export const send: MethodDefinition = {
  name: 'send',
  summary: 'Sends a message by a channel. NOT_LINKED where no channel is linked that could.',
  scope: 'operator.write',
  params: shape({
    to: text('Whom to'),
    message: text(),
    'mediaUrl?': text(),
    'gifPlayback?': flag(),
    'channel?': short('By which channel'),
    'accountId?': short('By which account of it'),
    'sessionKey?': text('The conversation that it belongs to'),
    idempotencyKey: short('A second call with the same one sends nothing again'),
  }),
  result: openShape({ runId: text(), messageId: text(), channel: text() }),
};
