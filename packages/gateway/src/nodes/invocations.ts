import { randomUUID } from 'node:crypto';
import type { NodeInvokeParams, NodeInvokeResultParams } from '@polygate/protocol';
import type { Listener } from '../hub.ts';
import { WireError } from '../wire-error.ts';
import type { ConnectedNode } from './connected.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
/** Calls that wait for one node. */
const MOST_WAITING = 1_000;

/** What a node answered. */
export type NodeAnswer = Pick<NodeInvokeResultParams, 'ok' | 'payload' | 'payloadJSON' | 'error'>;

interface Waiting {
  nodeId: string;
  command: string;
  listener: Listener;
  timer: NodeJS.Timeout;
  resolve(answer: NodeAnswer): void;
  reject(error: WireError): void;
}

/** Calls that were sent to nodes and wait for their answer. Each ends: by the answer, in time, or with its node. */
export class Invocations {
  readonly #waiting = new Map<string, Waiting>();
  /** Their ids by the connection that was asked. */
  readonly #asked = new Map<Listener, Set<string>>();

  /** Sends a call to a node and waits for its answer. @throws WireError UNAVAILABLE when none comes */
  send({ facts: { nodeId }, listener }: ConnectedNode, call: NodeInvokeParams): Promise<NodeAnswer> {
    const { command, params, timeoutMs = DEFAULT_TIMEOUT_MS, idempotencyKey } = call;
    const asked = this.#asked.get(listener) ?? new Set();
    if (asked.size >= MOST_WAITING) throw new WireError('UNAVAILABLE', 'too many calls wait for this node', { retryable: true });
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(id, waiting);
        reject(
          failed(`node invoke timed out (${command}, ${timeoutMs} ms)`, { code: 'TIMEOUT', message: 'node invoke timed out' }),
        );
      }, timeoutMs);
      const waiting: Waiting = { nodeId, command, listener, timer, resolve, reject };
      this.#waiting.set(id, waiting);
      this.#asked.set(listener, asked.add(id));
      const paramsJSON = params === undefined ? null : JSON.stringify(params);
      listener.sendEvent('node.invoke.request', JSON.stringify({ id, nodeId, command, paramsJSON, timeoutMs, idempotencyKey }));
    });
  }

  /** The answer of a node. `ignored`: nobody waits for it. @throws WireError INVALID_REQUEST when another node was asked */
  answer(nodeId: string, id: string, answer: NodeAnswer): 'taken' | 'ignored' {
    const waiting = this.#waiting.get(id);
    if (!waiting) return 'ignored';
    if (waiting.nodeId !== nodeId) throw new WireError('INVALID_REQUEST', 'nodeId mismatch');
    this.#end(id, waiting);
    waiting.resolve(answer);
    return 'taken';
  }

  /** A node is gone: who waits for it is told at once. */
  disconnected(listener: Listener): void {
    for (const id of this.#asked.get(listener) ?? []) {
      const waiting = this.#waiting.get(id);
      if (!waiting) continue;
      this.#end(id, waiting);
      waiting.reject(notConnected(`node disconnected (${waiting.command})`));
    }
  }

  /** The gateway stops: nobody waits any longer. */
  stop(): void {
    for (const [id, waiting] of this.#waiting) {
      this.#end(id, waiting);
      waiting.reject(new WireError('UNAVAILABLE', 'gateway stopping', { retryable: true }));
    }
  }

  #end(id: string, { timer, listener }: Waiting): void {
    clearTimeout(timer);
    this.#waiting.delete(id);
    const asked = this.#asked.get(listener);
    asked?.delete(id);
    if (asked?.size === 0) this.#asked.delete(listener);
  }
}

/** The node said that it could not, or said nothing. */
export const failed = (message: string, nodeError: NodeAnswer['error']): WireError =>
  new WireError('UNAVAILABLE', message, { details: { nodeError: nodeError ?? null } });

export const notConnected = (message: string): WireError =>
  new WireError('UNAVAILABLE', message, { details: { code: 'NOT_CONNECTED' }, retryable: true });
