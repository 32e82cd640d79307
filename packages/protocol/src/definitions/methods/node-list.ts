import { nodeEntry } from '../nodes.ts';
import { list, type MethodDefinition, openShape, ref, shape, short, text, whole } from '../shape.ts';

export const nodeList: MethodDefinition = {
  name: 'node.list',
  summary: 'The nodes that are paired or connected, those that can be asked first.',
  scope: 'operator.read',
  params: shape({}),
  result: shape({ ts: whole(), nodes: list(ref('NodeEntry')) }),
};

export const nodeDescribe: MethodDefinition = {
  name: 'node.describe',
  summary: 'One node: what it can do, and the commands that it takes. Of one that is connected also when it is not paired.',
  scope: 'operator.read',
  params: shape({ nodeId: text() }),
  result: openShape({ ts: whole(), ...nodeEntry }),
};

export const nodeRename: MethodDefinition = {
  name: 'node.rename',
  summary: 'Gives a node another name, which is shown from then on.',
  scope: 'operator.pairing',
  params: shape({ nodeId: text(), displayName: short() }),
  result: shape({ nodeId: text(), displayName: text() }),
};
