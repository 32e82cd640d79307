import type { ProductPack } from '@polygate/core';
import type { Clock, ServedFiles } from '@polygate/host';
import type { LogsTailParams, LogsTailResult } from '@polygate/protocol';
import type { BrowserMeans } from './browser/means.ts';
import type { ConfigStore } from './config/store.ts';
import type { Keep } from './kept.ts';
import type { Limits } from './limits.ts';
import type { GatewayLog } from './log.ts';

/** The secret that clients must show. */
export interface GatewayAuth {
  mode: 'token' | 'password';
  secret: string;
}

/** Secrets by their names, in a file that only its owner can read. What was read is masked in everything that is logged. */
export interface SecretFile {
  readonly path: string;
  /** undefined where it is not in the file. @throws WireError UNAVAILABLE where others can read the file */
  get(name: string): Promise<string | undefined>;
}

/** The canvas: what agents write for people to look at. */
export interface CanvasOptions {
  files: ServedFiles;
  /** A port for it alone, besides that of the gateway; null: none. */
  port: number | null;
  /** Pages are loaded again when something changes. */
  liveReload: boolean;
  /** Makes the directory, with a page in it, where that is not there yet. @throws where it cannot */
  prepare(): Promise<void>;
}

/** Everything that a gateway needs to run; nothing is read from the environment or from files here. */
export interface GatewayOptions {
  pack: ProductPack;
  profile: string;
  stateDir: string;
  configPath: string;
  configFile: ConfigStore;
  /** Address to listen on; there is no fallback to another one. */
  host: string;
  port: number;
  auth: GatewayAuth;
  version: string;
  hostname: string;
  log: GatewayLog;
  clock: Clock;
  /** Reads a page of a log file, bounded. */
  tailLog(file: string, query: LogsTailParams): Promise<LogsTailResult>;
  /** undefined: there is none. */
  canvas?: CanvasOptions | undefined;
  /** Its own files in the state directory. */
  keep: Keep;
  /** The secrets of providers and channels. */
  secretFile: SecretFile;
  /** From now on this is masked in everything that is logged and told. */
  maskInLogs(secret: string): void;
  /** A package that the user added to the state directory, the first of these that is there; undefined: none is. */
  loadPackage(names: readonly string[]): Promise<unknown>;
  /** A file of an agent's workspace; of the usual workspace where `directory` is not said. undefined: there is none. */
  readWorkspace(directory: string | undefined, name: string): Promise<string | undefined>;
  /** Somebody who may has called for its end (gateway.shutdown); without it that is refused. */
  onShutdown?: ((reason: string) => void) | undefined;
  limits?: Partial<Limits>;
  /** For the control of browsers; without it there is none. */
  browser?: BrowserMeans | undefined;
}
