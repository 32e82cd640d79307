import { type ChannelChangeDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Options, Outcome } from '../command.ts';

/** The one that is linked by a code, where none is named. */
const USUAL = 'whatsapp';

export const channelMeant = ({ channel }: Options, given: string | undefined): string =>
  given ?? (typeof channel === 'string' ? channel : USUAL);

export function channelChange(change: Omit<ChannelChangeDocument, 'ok' | 'schemaVersion'>): Outcome {
  const json: ChannelChangeDocument = { ok: true, schemaVersion: SCHEMA_VERSION, ...change };
  return { json, text: `${json.message}.` };
}
