import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { ConnectParams, DeviceIdentity } from '@polygate/protocol';

/** How far the clock of a device may be off. */
const MOST_SKEW_MS = 600_000;
/** What comes before the 32 bytes of an ed25519 key in DER (RFC 8410, 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export interface Signed {
  connect: ConnectParams & { device: DeviceIdentity };
  role: string;
  /** The nonce of this connection's challenge. */
  nonce: string;
  isLocal: boolean;
  now: number;
}

/**
 * Why the identity of a device is not proven, in the family's words; undefined when it is. An id is the SHA-256 of the key
 * (hex), the key comes as base64url, and what is signed is one line: v1 without the nonce, v2 with it, v3 with platform and
 * device family as well. Only a client on this very machine may leave the nonce out: a recorded signature would be good for ten
 * minutes anywhere else.
 */
export function doubtDevice({ connect, role, nonce, isLocal, now }: Signed): string | undefined {
  const { device } = connect;
  const key = keyOf(device.publicKey);
  if (!key) return 'device public key invalid';
  if (device.id !== deviceIdOf(device.publicKey)) return 'device identity mismatch';
  if (Math.abs(now - device.signedAt) > MOST_SKEW_MS) return 'device signature expired';
  if (device.nonce === undefined && !isLocal) return 'device nonce required';
  if (device.nonce !== undefined && device.nonce !== nonce) return 'device nonce mismatch';
  const signature = Buffer.from(device.signature, 'base64url');
  const isGood = signedLines(connect, role).some((line) => verify(null, Buffer.from(line), key, signature));
  return isGood ? undefined : 'device signature invalid';
}

/** SHA-256 of the raw key, in hex. */
export function deviceIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');
}

/** Every line that a client of some generation signs for this request. With a nonce, one without it proves nothing. */
export function signedLines({ client, device, auth, scopes = [] }: Signed['connect'], role: string): string[] {
  const { id, signedAt, nonce } = device;
  const common = [id, client.id, client.mode, role, scopes.join(','), String(signedAt), auth?.token ?? ''];
  if (nonce === undefined) return [['v1', ...common].join('|')];
  const about = [client.platform, client.deviceFamily ?? ''].map((text) => text.trim().toLowerCase());
  return [['v2', ...common, nonce].join('|'), ['v3', ...common, nonce, ...about].join('|')];
}

function keyOf(publicKey: string): KeyObject | undefined {
  const raw = Buffer.from(publicKey, 'base64url');
  if (raw.length !== 32) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}
