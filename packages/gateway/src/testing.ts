import { findPack } from '@polygate/core';
import { FakeClock } from '@polygate/testkit';
import type { Listener } from './hub.ts';
import type { Keep } from './kept.ts';
import type { Caller } from './methods/method.ts';
import type { GatewayOptions } from './options.ts';
import { remember } from './remember.ts';
import { type GatewayState, newState } from './state.ts';
import { WireError } from './wire-error.ts';

/** Files of a gateway that are kept in memory. */
export function memoryKeep(files: Map<string, string> = new Map()): Keep & { files: Map<string, string> } {
  return {
    files,
    read: async (name) => files.get(name),
    write: async (name, text) => {
      files.set(name, text);
    },
    setAside: async (name, label = 'broken') => {
      const text = files.get(name);
      if (text === undefined) return undefined;
      files.set(`${name}.${label}`, text);
      files.delete(name);
      return `${name}.${label}`;
    },
  };
}

const silent = {
  file: '/home/ana/.zero-main/logs/gateway-2026-01-31.log',
  moveTo: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

/** The state of a gateway that listens nowhere. */
export async function stateOf(more: Partial<GatewayOptions> = {}): Promise<GatewayState> {
  const options = {
    pack: findPack('zero', []),
    profile: 'main',
    stateDir: '/home/ana/.zero-main',
    configPath: '/home/ana/.zero-main/zero.json',
    host: '127.0.0.1',
    port: 18_789,
    auth: { mode: 'token', secret: 's3cret' },
    version: '1.0.0',
    hostname: 'box',
    log: silent,
    clock: new FakeClock(),
    keep: memoryKeep(),
    ...more,
  } as GatewayOptions;
  return newState(options, await remember(options));
}

/** A client of the hub, and what it was told. */
export interface FakeListener extends Listener {
  readonly caller: Caller;
  readonly events: { event: string; payload: unknown; stateVersion?: unknown }[];
}

export function fakeListener(caller: Partial<Caller> = {}): FakeListener {
  const events: FakeListener['events'] = [];
  return {
    caller: { connId: 'c1', role: 'operator', scopes: ['operator.admin'], presence: {}, ...caller },
    events,
    sendEvent: (event, payload, stateVersion) => {
      events.push({ event, payload: JSON.parse(payload), ...(stateVersion ? { stateVersion } : {}) });
    },
    close: () => undefined,
  };
}

/** What a call was refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<WireError['shape']> {
  const error = await call.then(
    () => new Error('it was not refused'),
    (e: unknown) => e,
  );
  if (error instanceof WireError) return error.shape;
  throw error;
}
