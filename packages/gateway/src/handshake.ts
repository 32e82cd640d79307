import { randomUUID } from 'node:crypto';
import { type ConnectParams, eventNames, type HelloOk, protocolVersion } from '@polygate/protocol';
import { validateConnectParams } from '@polygate/protocol/server';
import { refuseSecret } from './auth.ts';
import type { Caller } from './methods/method.ts';
import { methodNames } from './methods/registry.ts';
import { type GatewayState, healthSummary, stateVersion } from './state.ts';
import { demand, WireError } from './wire-error.ts';

/** Names that every product of the family knows; the pack adds its own. */
const CLIENT_IDS = ['webchat-ui', 'webchat', 'cli', 'gateway-client', 'node-host', 'test', 'fingerprint'];
const ADMIN = ['operator.admin'];

/** A refusal of the handshake, with the code that the socket is closed with. */
export class HandshakeRefused extends WireError {
  readonly closeCode: number;
  constructor(closeCode: number, ...error: ConstructorParameters<typeof WireError>) {
    super(...error);
    this.closeCode = closeCode;
  }
}

const CLOSE_PROTOCOL = 1002;
const CLOSE_POLICY = 1008;
const CLOSE_TRY_AGAIN = 1013;

/** Decides on a connect request: who it is, or why not. @throws WireError or HandshakeRefused */
export function admit(params: unknown, state: GatewayState, connId: string): Caller {
  if (state.stopping) throw new HandshakeRefused(CLOSE_TRY_AGAIN, 'UNAVAILABLE', 'gateway stopping', { retryable: true });
  demand(validateConnectParams, params, 'connect params');
  const connect = params as ConnectParams;
  const { client, minProtocol, maxProtocol, role = 'operator' } = connect;
  const { pack, auth } = state.options;
  const known = [...CLIENT_IDS, pack.clients.controlUi, pack.clients.probe, ...pack.clients.apps];
  if (!known.includes(client.id)) {
    throw new WireError('INVALID_REQUEST', 'invalid connect params: at /client/id: must be equal to constant');
  }
  if (minProtocol > protocolVersion || maxProtocol < protocolVersion) {
    throw new HandshakeRefused(CLOSE_PROTOCOL, 'INVALID_REQUEST', 'protocol mismatch', {
      details: { expectedProtocol: protocolVersion },
    });
  }
  if (role !== 'operator' && role !== 'node') throw new WireError('INVALID_REQUEST', 'invalid role');
  const refusal = refuseSecret(auth, connect.auth);
  if (refusal) throw new WireError('INVALID_REQUEST', refusal.message, { details: { code: refusal.code } });
  const scopes = role === 'operator' ? (connect.scopes?.length ? connect.scopes : ADMIN) : [];
  return { connId, scopes, presence: presenceOf(connect, role, scopes) };
}

/** hello-ok: everything a client needs to draw its first picture. */
export function helloOk(state: GatewayState, connId: string): HelloOk {
  const { options, limits } = state;
  return {
    type: 'hello-ok',
    protocol: protocolVersion,
    server: { version: options.version, host: options.hostname, connId },
    features: { methods: methodNames, events: eventNames },
    snapshot: {
      presence: state.presence.list(),
      health: healthSummary(state),
      stateVersion: stateVersion(state),
      uptimeMs: options.clock.now() - state.startedAt,
      configPath: options.configPath,
      stateDir: options.stateDir,
    },
    policy: {
      maxPayload: limits.maxPayload,
      maxBufferedBytes: limits.maxBufferedBytes,
      tickIntervalMs: limits.tickIntervalMs,
    },
  };
}

/** The code that a socket is closed with after this refusal. */
export function closeCodeOf(error: WireError): number {
  return error instanceof HandshakeRefused ? error.closeCode : CLOSE_POLICY;
}

export const newConnId = (): string => randomUUID();

function presenceOf({ client }: ConnectParams, role: string, scopes: readonly string[]): Caller['presence'] {
  const { id, displayName, version, platform, deviceFamily, modelIdentifier, mode, instanceId } = client;
  const host = displayName ?? id;
  return {
    host,
    version,
    platform,
    mode,
    roles: [role],
    scopes: [...scopes],
    ...(deviceFamily ? { deviceFamily } : {}),
    ...(modelIdentifier ? { modelIdentifier } : {}),
    ...(instanceId ? { instanceId } : {}),
    text: `Node: ${host} · mode ${mode}`,
  };
}
