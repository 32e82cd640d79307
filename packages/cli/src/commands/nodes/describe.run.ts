import { type NodeDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { findNode, labelOf, type Node } from '../../jobs/nodes.ts';

export const run: Handler = async (context, options, [given = '']) => {
  const { node } = await findNode(context, options, given);
  const json: NodeDocument = { ok: true, schemaVersion: SCHEMA_VERSION, node };
  return { json, text: described(node) };
};

function described(node: Node): string {
  const lines: [string, string | undefined][] = [
    ['Id', node.nodeId],
    ['Now', node.connected ? 'connected' : 'away'],
    ['Paired', node.paired ? 'yes' : 'no'],
    ['Platform', node.platform],
    ['Version', node.version],
    ['Device', node.modelIdentifier ?? node.deviceFamily],
    ['Address', node.remoteIp],
    ['Can', node.caps.join(', ')],
    ['Commands', node.commands.join(', ')],
  ];
  const shown = lines.filter(([, value]) => value !== undefined && value !== '');
  return [labelOf(node), ...shown.map(([what, value]) => `  ${`${what}:`.padEnd(10)} ${value}`)].join('\n');
}
