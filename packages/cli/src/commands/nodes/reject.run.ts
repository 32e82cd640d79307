import type { Handler } from '../../command.ts';
import { findRequest, labelOf, nodeChange } from '../../jobs/nodes.ts';

export const run: Handler = async (context, options, [given]) => {
  const { call, request } = await findRequest(context, options, given);
  const { requestId, nodeId } = request;
  await call('node.pair.reject', { requestId });
  return nodeChange({ action: 'rejected', nodeId, requestId, message: `${labelOf(request)} is turned away` });
};
