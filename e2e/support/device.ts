import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { RawClient } from './raw-client.ts';
import { connectParams } from './raw-client.ts';

/** A device of the family, which knows nothing of Polygate's own code: a key, and how it signs. */
export function newDevice(): {
  id: string;
  connect(client: RawClient, token: string | undefined, changes?: Changes): Promise<Record<string, unknown>>;
} {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = createHash('sha256').update(raw).digest('hex');
  return {
    id,
    /** The params of a connect on this socket: signed over the nonce of its challenge. */
    async connect(client, token, { role = 'operator', scopes = ['operator.read'] } = {}) {
      const challenge = await client.event('connect.challenge');
      const { nonce, ts } = challenge.payload as { nonce: string; ts: number };
      const line = ['v2', id, 'cli', 'cli', role, scopes.join(','), String(ts), token ?? '', nonce].join('|');
      const signature = sign(null, Buffer.from(line), privateKey).toString('base64url');
      const device = { id, publicKey: raw.toString('base64url'), signature, signedAt: ts, nonce };
      return connectParams(token, { role, scopes, device });
    },
  };
}

interface Changes {
  role?: string;
  scopes?: string[];
}
