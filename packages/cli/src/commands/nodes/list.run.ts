import { type NodesDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { askNodes, labelOf } from '../../jobs/nodes.ts';
import { table } from '../../output/table.ts';

export const run: Handler = async (context, options) => {
  const { nodes } = await askNodes(context, options);
  const json: NodesDocument = { ok: true, schemaVersion: SCHEMA_VERSION, nodes };
  if (nodes.length === 0) return { json, text: 'No node is paired or connected.' };
  const rows = nodes.map((node) => [
    node.nodeId.slice(0, 12),
    labelOf(node),
    node.connected ? 'connected' : 'away',
    node.paired ? 'paired' : 'not paired',
    node.caps.join(','),
  ]);
  return { json, text: table(['ID', 'NODE', 'NOW', 'PAIRED', 'CAN'], rows) };
};
