import type { TSchema } from 'typebox';
import { atMost, flag, list, mapOf, openShape, short, text, whole } from './shape.ts';

/** What a node says of itself when it asks to be paired. */
export const nodeFacts: Record<string, TSchema> = {
  'displayName?': short(),
  'platform?': short(),
  'version?': short(),
  'coreVersion?': short(),
  'uiVersion?': short(),
  'deviceFamily?': short(),
  'modelIdentifier?': short(),
  'caps?': atMost(short(), 200, 'What it can do, in groups: canvas, camera'),
  'commands?': atMost(short(), 500, 'Commands that node.invoke may name'),
  'remoteIp?': short(),
};

export const nodeEntry: Record<string, TSchema> = {
  nodeId: text('Of a node with a device identity: the id of the device'),
  'displayName?': text(),
  'platform?': text(),
  'version?': text(),
  'coreVersion?': text(),
  'uiVersion?': text(),
  'deviceFamily?': text(),
  'modelIdentifier?': text(),
  'remoteIp?': text(),
  caps: list(text(), 'What it can do, in groups: canvas, camera'),
  commands: list(text(), 'Commands that node.invoke may name'),
  'permissions?': mapOf(flag()),
  'pathEnv?': text(),
  'connectedAtMs?': whole(),
  'approvedAtMs?': whole(),
  paired: flag('It was paired with node.pair, or let in as a device'),
  connected: flag('It can be asked now'),
};

/** Nodes: machines and apps that do what the gateway asks of them. */
export const nodeShapes: Record<string, TSchema> = {
  NodePairingRequest: openShape(
    {
      requestId: text('What approve and reject take'),
      nodeId: text(),
      ...nodeFacts,
      'silent?': flag('It asks without wanting attention'),
      isRepair: flag('It is paired already, and asks for a new token'),
      ts: whole('Milliseconds since 1970'),
    },
    'A node that asks to be paired',
  ),
  PairedNode: openShape(
    { nodeId: text(), ...nodeFacts, 'token?': text('Told once, by approve'), createdAtMs: whole(), approvedAtMs: whole() },
    'A node that was paired',
  ),
  NodeEntry: openShape(nodeEntry, 'A node that is paired, connected, or both'),
};
