import type { Handler } from '../../command.ts';
import { findNode, labelOf, nodeChange } from '../../jobs/nodes.ts';

export const run: Handler = async (context, options, [given = '', displayName = '']) => {
  const { call, node } = await findNode(context, options, given);
  await call('node.rename', { nodeId: node.nodeId, displayName });
  const message = `${labelOf(node)} is called ${displayName} now`;
  return nodeChange({ action: 'renamed', nodeId: node.nodeId, displayName, message });
};
