import { randomUUID } from 'node:crypto';
import { type ConnectParams, eventTable, type HelloOk, protocolVersion } from '@polygate/protocol';
import { validateConnectParams } from '@polygate/protocol/server';
import { refuseSecret } from './auth.ts';
import { canvasHostUrl } from './canvas/place.ts';
import { letIn } from './devices/let-in.ts';
import { doubtDevice } from './devices/signature.ts';
import type { Caller } from './methods/method.ts';
import { methodNames } from './methods/registry.ts';
import type { NodeFacts } from './nodes/connected.ts';
import type { Peer } from './peer.ts';
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

/** A wrong secret: its answer waits. */
export class WrongSecret extends WireError {}

const CLOSE_PROTOCOL = 1002;
const CLOSE_POLICY = 1008;
const CLOSE_TRY_AGAIN = 1013;

/** The connection that a connect request came on. */
export interface Door {
  connId: string;
  /** Of its challenge. */
  nonce: string;
  peer: Peer;
}

export interface Admitted {
  caller: Caller;
  /** What hello-ok tells a device. */
  auth?: NonNullable<HelloOk['auth']>;
}

/** Decides on a connect request: who it is, or why not. @throws WireError, HandshakeRefused or WrongSecret */
export async function admit(params: unknown, state: GatewayState, door: Door): Promise<Admitted> {
  const { connect, role } = readConnect(params, state);
  const { device } = connect;
  // A node may do only what it is asked to: scopes are for those that ask.
  const wanted = role === 'operator' ? (connect.scopes?.length ? connect.scopes : ADMIN) : [];
  const caller = (scopes: readonly string[]): Caller => ({
    connId: door.connId,
    role,
    scopes,
    presence: presenceOf(connect, role, scopes),
    ...(role === 'node' ? { node: nodeOf(connect, door, state.options.clock.now()) } : {}),
  });
  if (!device) {
    if (connect.auth?.token === undefined && connect.auth?.password === undefined)
      throw new WireError('NOT_PAIRED', 'device identity required', { details: { code: 'AUTH_MISSING' } });
    refuseWrong(connect, state);
    return { caller: caller(wanted) };
  }
  const signed = { ...connect, device };
  const doubt = doubtDevice({
    connect: signed,
    role,
    nonce: door.nonce,
    isLocal: door.peer.isLocal,
    now: state.options.clock.now(),
  });
  if (doubt !== undefined) throw new WireError('INVALID_REQUEST', doubt, { details: { code: 'DEVICE_AUTH_INVALID' } });
  const given = state.devices.scopesOf(device.id, role, connect.auth?.token ?? '');
  if (given === undefined) refuseWrong(connect, state);
  const scopes = given === undefined ? wanted : wanted.filter((scope) => given.includes(scope));
  const auth = await letIn({ connect: signed, role, scopes, peer: door.peer, bySecret: given === undefined }, state);
  return { caller: { ...caller(scopes), device: device.id, byDeviceToken: given !== undefined }, auth };
}

/** @throws WireError where the request is none, or nothing that this gateway can serve */
function readConnect(params: unknown, { stopping, options }: GatewayState): { connect: ConnectParams; role: Caller['role'] } {
  if (stopping) throw new HandshakeRefused(CLOSE_TRY_AGAIN, 'UNAVAILABLE', 'gateway stopping', { retryable: true });
  demand(validateConnectParams, params, 'connect params');
  const connect = params as ConnectParams;
  const { client, minProtocol, maxProtocol, role = 'operator' } = connect;
  const { clients } = options.pack;
  const known = [...CLIENT_IDS, clients.controlUi, clients.probe, ...clients.apps];
  if (!known.includes(client.id)) {
    throw new WireError('INVALID_REQUEST', 'invalid connect params: at /client/id: must be equal to constant');
  }
  if (minProtocol > protocolVersion || maxProtocol < protocolVersion) {
    throw new HandshakeRefused(CLOSE_PROTOCOL, 'INVALID_REQUEST', 'protocol mismatch', {
      details: { expectedProtocol: protocolVersion },
    });
  }
  if (role !== 'operator' && role !== 'node') throw new WireError('INVALID_REQUEST', 'invalid role');
  return { connect, role };
}

function refuseWrong({ auth: shown }: ConnectParams, { options }: GatewayState): void {
  const refusal = refuseSecret(options.auth, shown);
  if (!refusal) return;
  const Refused = refusal.code.endsWith('_MISMATCH') ? WrongSecret : WireError;
  throw new Refused('INVALID_REQUEST', refusal.message, { details: { code: refusal.code } });
}

/** hello-ok: everything a client needs to draw its first picture. */
export function helloOk(state: GatewayState, { connId, peer }: Pick<Door, 'connId' | 'peer'>, auth?: HelloOk['auth']): HelloOk {
  const { options, limits } = state;
  const url = canvasHostUrl(state, peer, connId);
  return {
    type: 'hello-ok',
    protocol: protocolVersion,
    server: { version: options.version, host: options.hostname, connId },
    features: { methods: methodNames, events: Object.keys(eventTable) },
    snapshot: {
      presence: state.presence.list(),
      health: healthSummary(state),
      stateVersion: stateVersion(state),
      uptimeMs: options.clock.now() - state.startedAt,
      configPath: options.configPath,
      stateDir: options.stateDir,
    },
    ...(url === undefined ? {} : { canvasHostUrl: url }),
    ...(auth ? { auth } : {}),
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

function nodeOf(connect: ConnectParams, { connId, peer }: Door, now: number): NodeFacts {
  const { client, device, caps = [], commands = [], permissions, pathEnv } = connect;
  const { displayName, platform, version, deviceFamily, modelIdentifier, instanceId } = client;
  return {
    nodeId: device?.id ?? instanceId ?? connId,
    platform,
    version,
    caps,
    commands,
    connectedAtMs: now,
    ...(displayName ? { displayName } : {}),
    ...(deviceFamily ? { deviceFamily } : {}),
    ...(modelIdentifier ? { modelIdentifier } : {}),
    ...(permissions ? { permissions: permissions as Record<string, boolean> } : {}),
    ...(pathEnv ? { pathEnv } : {}),
    ...(peer.isLocal ? {} : { remoteIp: peer.address }),
  };
}
