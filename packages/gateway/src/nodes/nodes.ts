import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { NodePairingRequest, NodePairRequestParams, PairedNode } from '@polygate/protocol';
import { sameSecret } from '../auth.ts';
import type { Kept } from '../kept.ts';

/** Requests that wait to be answered; older ones give way. */
const MOST_PENDING = 50;
/** A request that nobody answered is forgotten. */
const PENDING_TTL_MS = 300_000;

export interface StoredNode extends Omit<PairedNode, 'token'> {
  /** SHA-256 of its token: who reads the file cannot use it. */
  hash: string;
}

export interface NodeBook {
  nodes: StoredNode[];
  pending: NodePairingRequest[];
  /** Names that were given to nodes, by nodeId. */
  names: Record<string, string>;
}

export const EMPTY_NODES: NodeBook = { nodes: [], pending: [], names: {} };

export const isNodeBook = (value: unknown): value is NodeBook => {
  const { nodes, pending, names } = (value ?? {}) as Partial<NodeBook>;
  const areNodes = Array.isArray(nodes) && nodes.every((n) => typeof n?.nodeId === 'string' && typeof n.hash === 'string');
  return areNodes && Array.isArray(pending) && typeof names === 'object' && names !== null;
};

/** Nodes that were paired, those that ask to be, and the names that they were given. */
export class Nodes {
  readonly #kept: Kept<NodeBook>;
  readonly #now: () => number;

  constructor(kept: Kept<NodeBook>, now: () => number) {
    this.#kept = kept;
    this.#now = now;
  }

  get pending(): readonly NodePairingRequest[] {
    const oldest = this.#now() - PENDING_TTL_MS;
    return this.#kept.value.pending.filter(({ ts }) => ts >= oldest);
  }

  get paired(): readonly PairedNode[] {
    return this.#kept.value.nodes.map(withoutHash);
  }

  nameOf(nodeId: string): string | undefined {
    const { names } = this.#kept.value;
    return Object.hasOwn(names, nodeId) ? names[nodeId] : undefined;
  }

  /** The request of a node: the one that waits already, or a new one. */
  async ask(asking: NodePairRequestParams): Promise<{ request: NodePairingRequest; created: boolean }> {
    const same = this.pending.find((p) => p.nodeId === asking.nodeId);
    if (same) return { request: same, created: false };
    const isRepair = this.#find(asking.nodeId) !== undefined;
    const request = { requestId: randomUUID(), ...asking, isRepair, ts: this.#now() } as NodePairingRequest;
    await this.#kept.set({ ...this.#kept.value, pending: [...this.pending, request].slice(-MOST_PENDING) });
    return { request, created: true };
  }

  /** Pairs a node that asks, with a new token whose text is told here and kept nowhere. undefined: there is no such request. */
  async approve(requestId: string): Promise<PairedNode | undefined> {
    const request = this.pending.find((p) => p.requestId === requestId);
    if (!request) return undefined;
    const { requestId: _, isRepair, silent, ts, ...facts } = request;
    const now = this.#now();
    const token = randomBytes(32).toString('base64url');
    const createdAtMs = this.#find(facts.nodeId)?.createdAtMs ?? now;
    const node: StoredNode = { ...facts, hash: hashOf(token), createdAtMs, approvedAtMs: now };
    const nodes = [...this.#kept.value.nodes.filter((n) => n.nodeId !== node.nodeId), node];
    await this.#kept.set({ ...this.#kept.value, nodes, pending: this.pending.filter((p) => p !== request) });
    return { ...withoutHash(node), token };
  }

  /** Turns a request away. undefined: there is no such request. */
  async reject(requestId: string): Promise<NodePairingRequest | undefined> {
    const request = this.pending.find((p) => p.requestId === requestId);
    if (request) await this.#kept.set({ ...this.#kept.value, pending: this.pending.filter((p) => p !== request) });
    return request;
  }

  /** The node that this token is of; undefined when it is not that of this node. */
  verify(nodeId: string, token: string): PairedNode | undefined {
    const node = this.#find(nodeId);
    return node && sameSecret(node.hash, hashOf(token)) ? withoutHash(node) : undefined;
  }

  rename(nodeId: string, displayName: string): Promise<void> {
    const names = { ...this.#kept.value.names, [nodeId]: displayName };
    return this.#kept.set({ ...this.#kept.value, names });
  }

  #find(nodeId: string): StoredNode | undefined {
    return this.#kept.value.nodes.find((n) => n.nodeId === nodeId);
  }
}

const withoutHash = ({ hash: _, ...node }: StoredNode): PairedNode => node;
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
