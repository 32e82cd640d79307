/** Limits on the wire. Figures of the family's protocol-3 generation. */
export interface Limits {
  /** Largest frame in bytes; a larger one closes the socket with 1009. */
  maxPayload: number;
  /** A client that lets more than this wait unread is cut off. */
  maxBufferedBytes: number;
  tickIntervalMs: number;
  /** Time for the connect request. */
  handshakeTimeoutMs: number;
  /** How often a client is asked for a sign of life (RFC 6455, 5.5.2); one that gives none to two of them is cut off at the third. */
  pingIntervalMs: number;
  /** Sockets that have not said hello; more are answered with HTTP 503. */
  maxUnauthenticated: number;
  /** Requests of one client that are being answered, those included that wait for a run or a node. */
  maxUnderWay: number;
  /** Time for requests under way when the gateway stops. */
  drainMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxPayload: 524_288,
  maxBufferedBytes: 1_572_864,
  tickIntervalMs: 30_000,
  handshakeTimeoutMs: 10_000,
  pingIntervalMs: 30_000,
  maxUnauthenticated: 32,
  maxUnderWay: 256,
  drainMs: 5_000,
};
