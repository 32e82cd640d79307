import type { TSchema } from 'typebox';
import { anything, document, flag, list, mapOf, oneOf, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

const facts = {
  'displayName?': text(),
  'platform?': text(),
  'version?': text(),
  'coreVersion?': text(),
  'uiVersion?': text(),
  'deviceFamily?': text(),
  'modelIdentifier?': text(),
  'remoteIp?': text('Address that it came from'),
};

/** Nodes: machines and apps that do what a gateway asks of them. */
export const nodeShapes: Record<string, TSchema> = {
  NodesDocument: document({ ...done, nodes: list(ref('NodeDescription'), 'Those that can be asked first') }),
  NodeDocument: document({ ...done, node: ref('NodeDescription') }),
  NodeDescription: shape({
    nodeId: text('Of a node with a device identity: the id of the device'),
    ...facts,
    caps: list(text(), 'What it can do, in groups'),
    commands: list(text(), 'Commands that it takes'),
    'permissions?': mapOf(flag()),
    'pathEnv?': text(),
    'connectedAtMs?': whole('Milliseconds since 1970'),
    'approvedAtMs?': whole('Milliseconds since 1970'),
    paired: flag(),
    connected: flag('It can be asked now'),
  }),
  NodeRequestsDocument: document({ ...done, pending: list(ref('NodeRequest')) }),
  NodeRequest: shape({
    requestId: text('What approve and reject take'),
    nodeId: text(),
    ...facts,
    'caps?': list(text()),
    'commands?': list(text()),
    'silent?': flag('It asks without wanting attention'),
    isRepair: flag('It is paired already, and asks for a new token'),
    ts: whole('Milliseconds since 1970'),
  }),
  NodeChangeDocument: document({
    ...done,
    action: oneOf(['approved', 'rejected', 'renamed']),
    nodeId: text(),
    'requestId?': text(),
    'displayName?': text('Its new name'),
    'file?': text('Where its token is (0600)'),
    message: text(),
  }),
  NodeAnswerDocument: document({
    ...done,
    nodeId: text(),
    command: text(),
    'payload?': anything('What the node answered'),
  }),
};
