import { type Access, gatewayUrl, localAddress, Problem, resolveAccess } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import type { Context } from '../context.ts';

/** Options of everything that talks to a gateway. */
export interface TargetOptions {
  url?: string | undefined;
  token?: string | undefined;
  password?: string | undefined;
}

/** Where a gateway is reached, and what to show it. */
export interface Target {
  url: string;
  /** The address was given with --url: it may be any gateway, and which one is not checked. */
  explicit: boolean;
  token: string | undefined;
  password: string | undefined;
  access: Access;
}

/**
 * The address and the secret of an instance's gateway. With --url only what was said goes there, never a secret of the
 * config, which belongs to this instance. @throws Problem OPTION_INVALID for a URL that is none
 */
export function resolveTarget(context: Context, { instance, config, lock }: OpenInstance, options: TargetOptions): Target {
  const explicit = options.url !== undefined;
  const access = resolveAccess(instance.pack, instance.identity.env, options, explicit ? undefined : config.parsed);
  const secret = access.secret?.value ?? (explicit ? undefined : lock?.token);
  if (secret !== undefined) context.secrets.add(secret);
  return {
    url: explicit
      ? checkedUrl('--url', options.url as string)
      : gatewayUrl(localAddress(lock?.host ?? bindAddress(access)), instance.port.value),
    explicit,
    token: access.authMode === 'token' ? secret : undefined,
    password: access.authMode === 'password' ? secret : undefined,
    access,
  };
}

/** The address that a bind mode stands for when nothing runs; tailnet and auto are known only to a running gateway. */
export function bindAddress({ bind, customHost }: Access): string {
  if (bind.value === 'lan') return '0.0.0.0';
  return bind.value === 'custom' && customHost !== undefined ? customHost : '127.0.0.1';
}

/** @throws Problem OPTION_INVALID for what is no address of a gateway, or has a name or password in it */
export function checkedUrl(option: string, text: string): string {
  try {
    const url = new URL(text);
    const isPlain = url.username === '' && url.password === '';
    if (isPlain && (url.protocol === 'ws:' || url.protocol === 'wss:')) return text;
  } catch {
    // Said below.
  }
  throw new Problem('OPTION_INVALID', {
    option,
    value: text.replace(/\/\/[^/]*@/, '//***@'),
    expected: 'ws://HOST:PORT or wss://HOST:PORT, with no name and no password in it',
  });
}
