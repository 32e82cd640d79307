import { type Access, isLoopback, Problem } from '@polygate/core';
import type { GatewayAuth } from '@polygate/gateway';
import { newToken } from '../setup/set-up.ts';
import { tailnetAddress } from '../tailnet.ts';

/** The address to listen on. What cannot be had is refused: never a wider one instead. */
export function listenAddress({ bind, customHost }: Access): string {
  switch (bind.value) {
    case 'loopback':
    case 'auto':
      return '127.0.0.1';
    case 'lan':
      return '0.0.0.0';
    case 'custom':
      if (customHost === undefined)
        throw new Problem('BIND_INVALID', { bind: 'custom', reason: 'gateway.customBindHost is not set' });
      return customHost;
    case 'tailnet': {
      const found = tailnetAddress();
      if (found === undefined)
        throw new Problem('BIND_INVALID', { bind: 'tailnet', reason: 'this machine has no tailnet address' });
      return found;
    }
  }
}

/** The secret that clients must show; one is made up where none is needed, for this run alone. */
export async function authFor(
  access: Access,
  { host, file, mayMakeUp }: { host: string; file: string; mayMakeUp: boolean },
): Promise<{ auth: GatewayAuth; madeUp: boolean }> {
  const { secret, authMode } = access;
  if (secret) return { auth: { mode: authMode, secret: secret.value }, madeUp: false };
  if (!isLoopback(host)) throw new Problem('BIND_WITHOUT_SECRET', { bind: access.bind.value, file });
  if (!mayMakeUp) throw new Problem('AUTH_MISSING', { file });
  return { auth: { mode: 'token', secret: await newToken() }, madeUp: true };
}
