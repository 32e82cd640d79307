import { nodeEntries } from '../nodes/entries.ts';
import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

export const nodeList: Method<'node.list'> = (_, state) => ({ ts: state.options.clock.now(), nodes: nodeEntries(state) });

export const nodeDescribe: Method<'node.describe'> = ({ nodeId }, state) => ({
  ts: state.options.clock.now(),
  ...findNode(nodeId, state),
});

export const nodeRename: Method<'node.rename'> = async ({ nodeId, displayName }, state) => {
  findNode(nodeId, state);
  await state.nodes.rename(nodeId, displayName);
  return { nodeId, displayName };
};

function findNode(nodeId: string, state: Parameters<typeof nodeDescribe>[1]) {
  const node = nodeEntries(state).find((entry) => entry.nodeId === nodeId);
  if (!node) throw new WireError('INVALID_REQUEST', 'unknown nodeId');
  return node;
}
