import { type NodeChangeDocument, type NodeRequestsDocument, type NodesDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Options, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { type Call, caller } from './caller.ts';
import { theOne } from './the-one.ts';

export type Node = NodesDocument['nodes'][number];
export type Request = NodeRequestsDocument['pending'][number];

export const labelOf = ({ displayName, nodeId }: Pick<Node, 'displayName' | 'nodeId'>): string => displayName ?? nodeId;

/** The nodes of the gateway, and how to ask it more. */
export async function askNodes(context: Context, options: Options): Promise<{ call: Call; nodes: Node[] }> {
  const call = await caller(context, options);
  const { nodes } = (await call('node.list', {})) as { nodes: Node[] };
  return { call, nodes };
}

/** The node that is named, by its name or how its id begins. @throws Problem NODE_UNKNOWN */
export async function findNode(context: Context, options: Options, given: string): Promise<{ call: Call; node: Node }> {
  const { call, nodes } = await askNodes(context, options);
  const list = `${context.commandLine} nodes list`;
  const node = theOne(nodes, given, {
    code: 'NODE_UNKNOWN',
    idOf: (n) => n.nodeId,
    nameOf: (n) => n.displayName,
    what: 'node',
    list,
  });
  return { call, node };
}

/** The request of a node that waits: the one that is named, by how it begins, or the only one. @throws Problem NODE_UNKNOWN */
export async function findRequest(
  context: Context,
  options: Options,
  given: string | undefined,
): Promise<{ call: Call; request: Request }> {
  const call = await caller(context, options);
  const { pending } = (await call('node.pair.list', {})) as { pending: Request[] };
  const list = `${context.commandLine} nodes pending`;
  const request = theOne(pending, given, { code: 'NODE_UNKNOWN', idOf: (p) => p.requestId, what: 'request', list });
  return { call, request };
}

export function nodeChange(change: Omit<NodeChangeDocument, 'ok' | 'schemaVersion'>): Outcome {
  const json: NodeChangeDocument = { ok: true, schemaVersion: SCHEMA_VERSION, ...change };
  return { json, text: `${json.message}.` };
}
