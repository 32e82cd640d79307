import { NotSent } from '../channels/send-error.ts';
import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

/** What was not sent may be sent again with the same key; what was sent, or may have been, is not. */
export const send: Method<'send'> = (params, { once, channels }) => {
  const { to, message: text, mediaUrl, gifPlayback, channel, idempotencyKey } = params;
  const key = `send:${idempotencyKey}`;
  const answered = once.recall<{ runId: string; messageId: string; channel: string }>(key);
  if (answered) return answered;
  if (mediaUrl !== undefined && !/^https?:\/\//.test(mediaUrl))
    throw new WireError('INVALID_REQUEST', 'mediaUrl: only http:// and https:// addresses are sent');
  const by = channels.forSending(channel);
  return once.run(
    key,
    async () => {
      const { messageId } = await by.send({ to, text, mediaUrl, gifPlayback, key: idempotencyKey });
      return { runId: idempotencyKey, messageId, channel: by.id };
    },
    (error) => error instanceof NotSent,
  );
};
