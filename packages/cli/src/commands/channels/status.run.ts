import { type ChannelsDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { caller } from '../../jobs/caller.ts';
import { table } from '../../output/table.ts';

type Said = Omit<ChannelsDocument, 'ok' | 'schemaVersion'>;
type Row = ChannelsDocument['channels'][string];

export const run: Handler = async (context, options) => {
  const call = await caller(context, options);
  const said = (await call('channels.status', options.probe === true ? { probe: true } : {})) as Said;
  const json: ChannelsDocument = { ok: true, schemaVersion: SCHEMA_VERSION, ...said };
  const { channelOrder, channelLabels, channels } = said;
  const rows = channelOrder.map((id) => [channelLabels[id] ?? id, ...cells(channels[id])]);
  return { json, text: table(['CHANNEL', 'LINKED', 'NOW', 'ACCOUNT', 'NOTE'], rows) };
};

function cells(row: Row | undefined): string[] {
  if (!row) return ['', '', '', ''];
  const { linked, connected, account, lastError, turnedAway } = row;
  const note = !connected && lastError ? lastError : turnedAway ? `left unanswered: ${turnedAway}` : '';
  return [linked ? 'yes' : 'no', connected ? 'connected' : 'away', account ?? '', note];
}
