import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

export const nodePairRequest: Method<'node.pair.request'> = async (params, { nodes, hub }) => {
  const { request, created } = await nodes.ask(params);
  if (created) hub.broadcast('node.pair.requested', request);
  return { status: 'pending', request, created };
};

export const nodePairList: Method<'node.pair.list'> = (_, { nodes }) => ({
  pending: [...nodes.pending],
  paired: [...nodes.paired],
});

export const nodePairApprove: Method<'node.pair.approve'> = async ({ requestId }, state) => {
  const node = await state.nodes.approve(requestId);
  if (!node) throw unknownRequest();
  resolved(state, { requestId, nodeId: node.nodeId, decision: 'approved' });
  return { requestId, node };
};

export const nodePairReject: Method<'node.pair.reject'> = async ({ requestId }, state) => {
  const request = await state.nodes.reject(requestId);
  if (!request) throw unknownRequest();
  resolved(state, { requestId, nodeId: request.nodeId, decision: 'rejected' });
  return { requestId, nodeId: request.nodeId };
};

export const nodePairVerify: Method<'node.pair.verify'> = ({ nodeId, token }, { nodes }) => {
  const node = nodes.verify(nodeId, token);
  return node ? { ok: true, node } : { ok: false };
};

type State = Parameters<typeof nodePairApprove>[1];

function resolved({ hub, options }: State, what: { requestId: string; nodeId: string; decision: 'approved' | 'rejected' }) {
  hub.broadcast('node.pair.resolved', { ...what, ts: options.clock.now() });
}

const unknownRequest = () => new WireError('INVALID_REQUEST', 'unknown requestId');
