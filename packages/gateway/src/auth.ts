import { createHash, timingSafeEqual } from 'node:crypto';
import type { ConnectAuth } from '@polygate/protocol';
import type { GatewayAuth } from './options.ts';

export interface Refusal {
  /** In the family's words. */
  message: string;
  /** AUTH_TOKEN_MISSING, AUTH_PASSWORD_MISMATCH and the like: details.code of the error. */
  code: string;
}

/** undefined when the client may come in, else why not. */
export function refuseSecret(auth: GatewayAuth, given: ConnectAuth | undefined): Refusal | undefined {
  const shown = auth.mode === 'token' ? given?.token : given?.password;
  if (shown === undefined || shown === '') return refusal(auth, 'missing');
  return sameSecret(shown, auth.secret) ? undefined : refusal(auth, 'mismatch');
}

const refusal = ({ mode }: GatewayAuth, how: 'missing' | 'mismatch'): Refusal => ({
  message: `unauthorized: gateway ${mode} ${how}`,
  code: `AUTH_${mode}_${how}`.toUpperCase(),
});

/** Compares in a time that tells neither content nor length. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
