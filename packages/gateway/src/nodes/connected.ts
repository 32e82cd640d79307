import type { Listener } from '../hub.ts';

/** What a connected node said of itself when it said hello. */
export interface NodeFacts {
  /** Of its device; without one, of this installation of the client. */
  nodeId: string;
  displayName?: string;
  platform: string;
  version: string;
  deviceFamily?: string;
  modelIdentifier?: string;
  caps: string[];
  commands: string[];
  permissions?: Record<string, boolean>;
  pathEnv?: string;
  remoteIp?: string;
  connectedAtMs: number;
}

export interface ConnectedNode {
  facts: NodeFacts;
  listener: Listener;
}

/** The nodes that can be asked now. One that connects anew takes the place of its older connection. */
export class ConnectedNodes {
  readonly #nodes = new Map<string, ConnectedNode>();

  get all(): readonly ConnectedNode[] {
    return [...this.#nodes.values()];
  }

  get(nodeId: string): ConnectedNode | undefined {
    return this.#nodes.get(nodeId);
  }

  arrive(node: ConnectedNode): void {
    this.#nodes.set(node.facts.nodeId, node);
  }

  leave(listener: Listener, nodeId: string): void {
    if (this.#nodes.get(nodeId)?.listener === listener) this.#nodes.delete(nodeId);
  }
}
