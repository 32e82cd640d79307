import type { MethodResults } from '@polygate/protocol';
import { parseJson } from '../json.ts';
import { failed, notConnected } from '../nodes/invocations.ts';
import { WireError } from '../wire-error.ts';
import type { Caller, Method } from './method.ts';

export const nodeInvoke: Method<'node.invoke'> = (params, { connectedNodes, invocations, once }) => {
  const { nodeId, command, idempotencyKey } = params;
  const key = `node.invoke:${idempotencyKey}`;
  const answered = once.recall<MethodResults['node.invoke']>(key);
  if (answered) return answered;
  // What never reached the node may be tried again with the same key.
  const node = connectedNodes.get(nodeId);
  if (!node) throw notConnected('node not connected');
  if (!node.facts.commands.includes(command)) throw notAdvertised(command);
  return once.run(key, async () => {
    const { ok, payload, payloadJSON, error } = await invocations.send(node, params);
    if (!ok) throw failed(error?.message ?? 'node invoke failed', error);
    const told = typeof payloadJSON === 'string' ? parsed(payloadJSON) : payload;
    return { ok: true, nodeId, command, payload: told, payloadJSON: payloadJSON ?? null };
  });
};

export const nodeInvokeResult: Method<'node.invoke.result'> = ({ id, nodeId, ...answer }, { invocations }, caller) => {
  if (nodeIdOf(caller) !== nodeId) throw new WireError('INVALID_REQUEST', 'nodeId mismatch');
  return invocations.answer(nodeId, id, answer) === 'taken' ? { ok: true } : { ok: true, ignored: true };
};

export const nodeEvent: Method<'node.event'> = ({ event, payload, payloadJSON }, { hub, options }, caller) => {
  const told = typeof payloadJSON === 'string' ? parsed(payloadJSON) : payload;
  hub.broadcast('node.event', { nodeId: nodeIdOf(caller), event, payload: told, ts: options.clock.now() });
  return { ok: true };
};

const nodeIdOf = ({ node }: Caller) => node?.nodeId ?? '';

/** What is no JSON stays text, as the family hands it on. */
function parsed(payloadJSON: string): unknown {
  const value = parseJson(payloadJSON);
  return value === undefined ? { payloadJSON } : value;
}

const notAdvertised = (command: string) =>
  new WireError('INVALID_REQUEST', 'node command not allowed', {
    details: { reason: 'command not declared by node', command },
  });
