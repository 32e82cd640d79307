import type { NodeEntry, PairedNode } from '@polygate/protocol';
import type { GatewayState } from '../state.ts';
import type { NodeFacts } from './connected.ts';

/** Every node that is paired, let in as a device, or connected: those that can be asked first, then by name. */
export function nodeEntries({ nodes, connectedNodes, devices }: GatewayState): NodeEntry[] {
  const paired = new Map(nodes.paired.map((node) => [node.nodeId, node]));
  const asDevices = new Map(devices.paired.filter(({ roles }) => roles.includes('node')).map((d) => [d.deviceId, d]));
  const live = new Map(connectedNodes.all.map(({ facts }) => [facts.nodeId, facts]));
  const ids = new Set([...paired.keys(), ...asDevices.keys(), ...live.keys()]);
  const entries = [...ids].map((nodeId) => {
    const known = paired.get(nodeId) ?? asDevice(asDevices.get(nodeId));
    return entryOf(nodeId, { paired: known, live: live.get(nodeId), name: nodes.nameOf(nodeId) });
  });
  return entries.sort((a, b) => Number(b.connected) - Number(a.connected) || labelOf(a).localeCompare(labelOf(b)));
}

interface Known {
  paired: Partial<PairedNode> | undefined;
  live: NodeFacts | undefined;
  /** That somebody gave it. */
  name: string | undefined;
}

function entryOf(nodeId: string, { paired, live, name }: Known): NodeEntry {
  const { createdAtMs: _, ...stored } = paired ?? {};
  const displayName = name ?? live?.displayName ?? paired?.displayName;
  return {
    ...stored,
    ...live,
    nodeId,
    ...(displayName === undefined ? {} : { displayName }),
    caps: live?.caps ?? paired?.caps ?? [],
    commands: live?.commands ?? paired?.commands ?? [],
    paired: paired !== undefined,
    connected: live !== undefined,
  };
}

function asDevice(device: GatewayState['devices']['paired'][number] | undefined): Partial<PairedNode> | undefined {
  if (!device) return undefined;
  const { platform, displayName, approvedAtMs } = device;
  return { platform, approvedAtMs, ...(displayName ? { displayName } : {}) };
}

const labelOf = ({ displayName, nodeId }: NodeEntry) => displayName ?? nodeId;
