import type { ConfigIssue } from '@polygate/protocol';
import type { Limits } from '../limits.ts';
import type { LogLevel } from '../log.ts';
import type { CanvasOptions, GatewayAuth } from '../options.ts';

/** A config file as it was read, with everything that keeps this gateway from running by it. */
export interface ConfigReading {
  exists: boolean;
  /** SHA-256 of its text, in hex; of nothing when there is none. */
  hash: string;
  text: string | undefined;
  parsed: unknown;
  errors: ConfigIssue[];
}

/** That a changed config did not come up, and which one the gateway runs by instead. */
export interface WentBack {
  /** Milliseconds since 1970. */
  at: number;
  reason: string;
  /** Where the config is that was refused. */
  rejected: string;
  /** Of the config that was put in its place. */
  hash: string;
}

/** What of a config is fixed when a gateway starts, or restarts in place. */
export interface ConfigSettings {
  auth: GatewayAuth;
  logLevel: LogLevel;
  limits: Partial<Limits>;
  /** undefined: there is none. */
  canvas?: CanvasOptions | undefined;
}

/** The config file of the gateway, and the configs that it came up with. */
export interface ConfigStore {
  readonly path: string;
  read(): Promise<ConfigReading>;
  /** The same for a text that is not written yet. */
  check(text: string): Promise<ConfigReading>;
  /** Writes the file, with the former text beside it. False when that has another hash by now; then nothing is written. */
  replace(text: string, hash: string): Promise<boolean>;
  /** Calls when something may have happened to the file, until the watch is ended. */
  watch(onChange: () => void): () => void;
  /** Takes note of a config that the gateway is well with. */
  keepGood(text: string): Promise<void>;
  /** Since this gateway went back by itself, and until a good config takes its place. */
  readonly wentBack: WentBack | undefined;
  settingsOf(config: unknown): Promise<ConfigSettings>;
}
