import type { ProductPack } from '@polygate/core';
import type { Clock } from '@polygate/host';
import type { LogsTailParams, LogsTailResult } from '@polygate/protocol';
import type { GatewayLog } from './log.ts';

/** The secret that clients must show. */
export interface GatewayAuth {
  mode: 'token' | 'password';
  secret: string;
}

/** Everything that a gateway needs to run; nothing is read from the environment or from files here. */
export interface GatewayOptions {
  pack: ProductPack;
  profile: string;
  stateDir: string;
  configPath: string;
  /** Address to listen on; there is no fallback to another one. */
  host: string;
  port: number;
  auth: GatewayAuth;
  version: string;
  hostname: string;
  log: GatewayLog;
  clock: Clock;
  /** Reads a page of a log file, bounded. */
  tailLog(file: string, query: LogsTailParams): Promise<LogsTailResult>;
  limits?: Partial<Limits>;
}

/** Limits on the wire. Figures of the family's protocol-3 generation. */
export interface Limits {
  /** Largest frame in bytes; a larger one closes the socket with 1009. */
  maxPayload: number;
  /** A client that lets more than this wait unread is cut off. */
  maxBufferedBytes: number;
  tickIntervalMs: number;
  /** Time for the connect request. */
  handshakeTimeoutMs: number;
  /** Time for requests under way when the gateway stops. */
  drainMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxPayload: 524_288,
  maxBufferedBytes: 1_572_864,
  tickIntervalMs: 30_000,
  handshakeTimeoutMs: 10_000,
  drainMs: 5_000,
};
