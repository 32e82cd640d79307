import type { ProbeOutcome } from '@polygate/core';
import { NotWebSocket, RequestRefused, SocketClosed, TimedOut } from './socket.ts';

/** What a failure to connect means, in the words of the probe ladder. */
export interface Failure {
  outcome: Exclude<ProbeOutcome, 'ok' | 'wrong-instance' | 'rpc-failed'>;
  reason: string;
  retryAfterMs?: number;
}

const REFUSED = new Set(['ECONNREFUSED', 'ENOENT', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
const STARTING_RETRY_MS = 500;
/** Close codes: 1002 protocol, 1008 policy or auth, 1012 restart, 1013 starting. */
const CLOSE = { protocol: 1002, policy: 1008, restart: 1012, tryAgain: 1013 };

/** Sorts an error of connecting: nothing there, something else there, silent, starting, wrong secret, wrong protocol. */
export function classifyFailure(error: unknown): Failure {
  if (error instanceof RequestRefused) return fromRefusal(error);
  if (error instanceof TimedOut) return { outcome: 'silent', reason: error.message };
  if (error instanceof NotWebSocket) return fromHttp(error);
  if (error instanceof SocketClosed) return fromClose(error);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && REFUSED.has(code)) return { outcome: 'closed', reason: 'nothing listens there' };
  if (code === 'ECONNRESET' || code === 'EPIPE') return { outcome: 'not-a-gateway', reason: 'the connection was cut at once' };
  return { outcome: 'not-a-gateway', reason: message };
}

// A gateway that has no room for another client says when it may.
function fromHttp({ message, retryAfterMs }: NotWebSocket): Failure {
  if (retryAfterMs === undefined) return { outcome: 'not-a-gateway', reason: message };
  return { outcome: 'starting', reason: `it takes no more clients now (${message})`, retryAfterMs };
}

function fromRefusal({ error }: RequestRefused): Failure {
  const { code, message, retryAfterMs } = error;
  const detail = (error.details as { code?: unknown } | undefined)?.code;
  if (code === 'UNAVAILABLE') return { outcome: 'starting', reason: message, retryAfterMs: retryAfterMs ?? STARTING_RETRY_MS };
  if (/protocol mismatch/i.test(message)) return { outcome: 'protocol', reason: message };
  if (code === 'NOT_PAIRED' || /unauthorized|device identity|pairing/i.test(message) || String(detail).startsWith('AUTH_')) {
    return { outcome: 'unauthorized', reason: message };
  }
  return { outcome: 'protocol', reason: message };
}

function fromClose({ closeCode, closeReason, message }: SocketClosed): Failure {
  switch (closeCode) {
    case CLOSE.tryAgain:
    case CLOSE.restart:
      return { outcome: 'starting', reason: closeReason || message, retryAfterMs: STARTING_RETRY_MS };
    case CLOSE.protocol:
      return { outcome: 'protocol', reason: closeReason || message };
    case CLOSE.policy:
      return { outcome: 'unauthorized', reason: closeReason || message };
    default:
      return { outcome: 'not-a-gateway', reason: message };
  }
}
