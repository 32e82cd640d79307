import { type NodeRequestsDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { caller } from '../../jobs/caller.ts';
import { labelOf, type Request } from '../../jobs/nodes.ts';
import { table } from '../../output/table.ts';

export const run: Handler = async (context, options) => {
  const call = await caller(context, options);
  const { pending } = (await call('node.pair.list', {})) as { pending: Request[] };
  const json: NodeRequestsDocument = { ok: true, schemaVersion: SCHEMA_VERSION, pending };
  const [first] = pending;
  if (!first) return { json, text: 'No node asks to be paired.' };
  const rows = pending.map((p) => [p.requestId, labelOf(p), p.platform ?? '', (p.caps ?? []).join(',')]);
  const next = `Next: ${context.commandLine} nodes approve ${first.requestId}`;
  return { json, text: `${table(['REQUEST', 'NODE', 'PLATFORM', 'CAN'], rows)}\n\n${next}` };
};
