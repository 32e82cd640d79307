import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { RequestRefused } from './socket.ts';

/** A key that a gateway knows a client by: some want one besides a secret, or in place of it. */
export interface DeviceKey {
  /** PKCS 8 in PEM. Secret. */
  privateKey: string;
}

export function newDeviceKey(): DeviceKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string };
}

export interface Signing {
  client: { id: string; mode: string };
  role: string;
  scopes: readonly string[];
  token: string | undefined;
  /** Of the challenge. */
  nonce: string;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * The `device` of a connect request: signed over the nonce of the challenge, in the second form, which every version with devices
 * takes (that of 2026.1 to that of 2026.9).
 */
export function signedDevice({ privateKey }: DeviceKey, { client, role, scopes, token, nonce, now }: Signing): object {
  const key = createPrivateKey(privateKey);
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = createHash('sha256').update(raw).digest('hex');
  const line = ['v2', id, client.id, client.mode, role, scopes.join(','), String(now), token ?? '', nonce].join('|');
  const signature = sign(null, Buffer.from(line), key).toString('base64url');
  return { id, publicKey: raw.toString('base64url'), signature, signedAt: now, nonce };
}

/** It lets in nobody without a device. One that has to be paired first says so in other words. */
export const wantsDevice = (error: unknown): boolean =>
  error instanceof RequestRefused && error.error.code === 'NOT_PAIRED' && /device identity/i.test(error.error.message);
