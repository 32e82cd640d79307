import type { ConnectParams, DeviceIdentity, HelloOk } from '@polygate/protocol';
import type { Peer } from '../peer.ts';
import type { GatewayState } from '../state.ts';
import { WireError } from '../wire-error.ts';
import type { Asking } from './devices.ts';

/** A device whose identity is proven, and what it showed. */
export interface DeviceAtTheDoor {
  connect: ConnectParams & { device: DeviceIdentity };
  role: string;
  scopes: string[];
  peer: Peer;
  /** It showed the shared secret; else a token of its own. */
  bySecret: boolean;
}

/**
 * Lets a device in, or not: one on this very machine at once, another one when somebody approved it. Gives the part of hello-ok
 * that is about it. @throws WireError NOT_PAIRED with the request that waits
 */
export async function letIn(at: DeviceAtTheDoor, state: GatewayState): Promise<NonNullable<HelloOk['auth']>> {
  const { connect, role, scopes, peer, bySecret } = at;
  const { devices, hub, options } = state;
  const { device, client } = connect;
  const remoteIp = peer.isLocal ? {} : { remoteIp: peer.address };
  const asking: Asking = { deviceId: device.id, publicKey: device.publicKey, client, role, scopes, ...remoteIp };
  if (!devices.allows(asking)) {
    // A token of its own proves no more than what it was given for.
    if (!peer.isLocal || !bySecret) {
      const { request, isNew } = await devices.ask(asking);
      if (isNew) {
        options.log.info(`a device asks to be let in: ${client.displayName ?? client.id} (${request.requestId})`);
        hub.broadcast('device.pair.requested', request);
      }
      throw new WireError('NOT_PAIRED', 'pairing required', { details: { requestId: request.requestId } });
    }
    await devices.admit(asking);
  }
  if (!bySecret) return { role, scopes };
  const issued = await devices.issue(device.id, role, { scopes, only: false });
  return issued ? { deviceToken: issued.token, role, scopes, issuedAtMs: issued.createdAtMs } : { role, scopes };
}
