import { createHash } from 'node:crypto';
import { findPack, parseConfig } from '@polygate/core';
import { checkConfig } from '@polygate/core/config';
import { FakeClock } from '@polygate/testkit';
import { BrowserService } from './browser/service.ts';
import { CanvasPlace } from './canvas/place.ts';
import { LiveConfig } from './config/live-config.ts';
import type { ConfigReading, ConfigStore } from './config/store.ts';
import type { Listener } from './hub.ts';
import type { Keep } from './kept.ts';
import type { Caller } from './methods/method.ts';
import type { CanvasOptions, GatewayOptions } from './options.ts';
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
    append: async (name, lines) => {
      files.set(name, `${files.get(name) ?? ''}${lines}`);
    },
    directory: async (name) => `/home/ana/.zero-main/${name}`,
    discard: async (name) => {
      for (const file of files.keys()) if (file === name || file.startsWith(`${name}/`)) files.delete(file);
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

/** A config file that is kept in memory. `edit` changes it as an editor would. */
export function memoryConfig(
  text?: string,
): ConfigStore & { text: string | undefined; good: string[]; edit(text?: string): void } {
  const watchers = new Set<() => void>();
  const read = async (given: string | undefined): Promise<ConfigReading> => {
    const { parsed, syntax } = given === undefined ? { parsed: undefined } : await parseConfig(given);
    const errors = syntax ? [syntax] : given === undefined ? [] : checkConfig(parsed).errors;
    const hash = createHash('sha256')
      .update(given ?? '')
      .digest('hex');
    return {
      exists: given !== undefined,
      hash,
      text: given,
      parsed,
      errors: errors.map(({ path, message }) => ({ path, message })),
    };
  };
  return {
    path: '/home/ana/.zero-main/zero.json',
    text,
    good: [],
    wentBack: undefined,
    read() {
      return read(this.text);
    },
    check: read,
    async replace(next, hash) {
      if ((await this.read()).hash !== hash) return false;
      this.text = next;
      return true;
    },
    watch(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    edit(next) {
      this.text = next;
      for (const tell of watchers) tell();
    },
    async keepGood(good) {
      this.good.push(good);
    },
    settingsOf: async () => ({ auth: { mode: 'token', secret: 's3cret' }, logLevel: 'info', limits: {} }),
  };
}

/** A canvas in which nothing is. */
export const memoryCanvas = (more: Partial<CanvasOptions> = {}): CanvasOptions => ({
  files: { root: '/home/ana/zero-main/canvas', open: async () => undefined, watch: () => () => {} },
  port: null,
  liveReload: true,
  prepare: async () => {},
  ...more,
});

const silent = {
  file: '/home/ana/.zero-main/logs/gateway-2026-01-31.log',
  moveTo: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

/** The lines of a file that is kept in memory. */
const tailOf =
  (files: Map<string, string> | undefined): GatewayOptions['tailLog'] =>
  async (file) => {
    const text = files?.get(file.replace('/home/ana/.zero-main/', ''));
    if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    const size = text.length;
    return { file, cursor: size, size, lines: text.split('\n').slice(0, -1), truncated: false, reset: false };
  };

/** The state of a gateway that listens nowhere. */
export async function stateOf(more: Partial<GatewayOptions> = {}): Promise<GatewayState> {
  const keep = (more.keep ?? memoryKeep()) as ReturnType<typeof memoryKeep>;
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
    keep,
    configFile: memoryConfig(),
    secretFile: { path: '/home/ana/.zero-main/.env', get: async () => undefined },
    loadPackage: async () => undefined,
    maskInLogs: () => undefined,
    readWorkspace: async () => undefined,
    tailLog: tailOf(keep.files),
    ...more,
  } as GatewayOptions;
  const config = await LiveConfig.open(options.configFile, options.log, () => options.clock.now());
  return newState(options, await remember(options), {
    config,
    canvas: new CanvasPlace(),
    browser: new BrowserService(options, config),
  });
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
    ping: () => undefined,
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
