import { textAt } from '../config/pick.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { type Env, readVariable } from '../product/environment.ts';
import { firstOf, type Overridden, type Sourced } from './origin.ts';

export const BIND_MODES = ['loopback', 'lan', 'tailnet', 'auto', 'custom'] as const;
export type BindMode = (typeof BIND_MODES)[number];

/** Where the gateway listens and which secret it asks for: flag > env > config > product default. */
export interface Access {
  bind: Sourced<BindMode>;
  /** Address of bind = custom. */
  customHost: string | undefined;
  authMode: 'token' | 'password';
  /** undefined when none is set anywhere. */
  secret: Sourced<string> | undefined;
}

export interface AccessFlags {
  bind?: string | undefined;
  auth?: string | undefined;
  token?: string | undefined;
  password?: string | undefined;
}

export function resolveAccess(pack: ProductPack, env: Env, flags: AccessFlags, config: unknown): Access {
  const bind = firstOf<BindMode>(
    asMode(flags.bind, 'flag', '--bind'),
    asMode(textAt(config, 'gateway.bind'), 'config', 'gateway.bind'),
    { value: 'loopback', origin: 'product', source: 'default' },
  );
  const token = secretFrom(pack, env, flags.token, config, 'token');
  const password = secretFrom(pack, env, flags.password, config, 'password');
  const said = flags.auth ?? textAt(config, 'gateway.auth.mode');
  const authMode =
    said === 'password' || (said !== 'token' && token === undefined && password !== undefined) ? 'password' : 'token';
  return {
    bind,
    customHost: textAt(config, 'gateway.customBindHost'),
    authMode,
    secret: authMode === 'token' ? token : password,
  };
}

function secretFrom(
  pack: ProductPack,
  env: Env,
  flag: string | undefined,
  config: unknown,
  kind: 'token' | 'password',
): Sourced<string> | undefined {
  const variable = readVariable(pack, env, `GATEWAY_${kind.toUpperCase()}`);
  const configured = textAt(config, `gateway.auth.${kind}`);
  const candidates: Overridden<string>[] = [];
  if (flag) candidates.push({ value: flag, origin: 'flag', source: `--${kind}` });
  if (variable) candidates.push({ value: variable.value, origin: 'env', source: variable.name });
  if (configured !== undefined) candidates.push({ value: configured, origin: 'config', source: `gateway.auth.${kind}` });
  // What was overridden is a secret too and of no use to anybody: it is not kept.
  return candidates[0];
}

function asMode(value: string | undefined, origin: 'flag' | 'config', source: string): Overridden<BindMode> | undefined {
  return BIND_MODES.includes(value as BindMode) ? { value: value as BindMode, origin, source } : undefined;
}

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Address at which a client on this machine reaches a gateway that listens on `host`. */
export function localAddress(host: string): string {
  if (host === '0.0.0.0' || host === '' || host === 'localhost') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** WebSocket URL of an address and a port. */
export function gatewayUrl(host: string, port: number): string {
  return `ws://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
