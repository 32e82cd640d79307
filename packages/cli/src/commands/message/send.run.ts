import { randomUUID } from 'node:crypto';
import { type MessageSentDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { caller } from '../../jobs/caller.ts';
import { neededOption } from '../../jobs/needed-option.ts';

export const run: Handler = async (context, options) => {
  const { channel, media: mediaUrl, idempotencyKey = randomUUID() } = options as Record<string, string | undefined>;
  const params = {
    to: neededOption('--target', options.target, 'whom to send it to'),
    message: neededOption('--message', options.message, 'what is to be sent'),
    idempotencyKey,
    ...(channel === undefined ? {} : { channel }),
    ...(mediaUrl === undefined ? {} : { mediaUrl }),
  };
  const call = await caller(context, options);
  const sent = (await call('send', params)) as Omit<MessageSentDocument, 'ok' | 'schemaVersion'>;
  const json: MessageSentDocument = { ok: true, schemaVersion: SCHEMA_VERSION, ...sent };
  return { json, text: `Sent by ${sent.channel} (${sent.messageId}).` };
};
