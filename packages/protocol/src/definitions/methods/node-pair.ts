import { nodeFacts } from '../nodes.ts';
import { exactly, flag, list, type MethodDefinition, ref, shape, short, text } from '../shape.ts';

const scope = 'operator.pairing';

export const nodePairRequest: MethodDefinition = {
  name: 'node.pair.request',
  summary: 'Asks to pair a node. A node that asks already is not asked for twice.',
  scope,
  params: shape({ nodeId: short(), ...nodeFacts, 'silent?': flag('It wants no attention') }),
  result: shape({
    status: exactly('pending'),
    request: ref('NodePairingRequest'),
    created: flag('It did not ask before'),
  }),
};

export const nodePairList: MethodDefinition = {
  name: 'node.pair.list',
  summary: 'Nodes that ask to be paired, and those that were.',
  scope,
  params: shape({}),
  result: shape({ pending: list(ref('NodePairingRequest')), paired: list(ref('PairedNode')) }),
};

export const nodePairApprove: MethodDefinition = {
  name: 'node.pair.approve',
  summary: 'Pairs a node that asks. Its token is told here and never again; an older one ends.',
  scope,
  params: shape({ requestId: text() }),
  result: shape({ requestId: text(), node: ref('PairedNode') }),
};

export const nodePairReject: MethodDefinition = {
  name: 'node.pair.reject',
  summary: 'Turns a node away that asks.',
  scope,
  params: shape({ requestId: text() }),
  result: shape({ requestId: text(), nodeId: text() }),
};

export const nodePairVerify: MethodDefinition = {
  name: 'node.pair.verify',
  summary: 'Tells whether a token is that of a paired node.',
  scope,
  params: shape({ nodeId: text(), token: text() }),
  result: shape({ ok: flag(), 'node?': ref('PairedNode') }),
};
