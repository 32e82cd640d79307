import type { BrowserSettings } from '@polygate/core/browser';
import type { Host } from '@polygate/host';
import type { BrowserMachine } from '@polygate/host/browser';

/** A program of the Chromium family. */
export interface FoundBrowser {
  kind: string;
  path: string;
}

/** What browsers need of the machine and of the instance. The config is the one that the gateway runs by, of any shape. */
export interface BrowserMeans {
  machine: BrowserMachine;
  host: Pick<Host, 'env' | 'platform' | 'paths' | 'files' | 'processes' | 'net' | 'clock'>;
  /** On which port browsers are controlled, or why they are not. */
  control(config: unknown): { port: number } | { off: string };
  /** The browser profile of this name, or the one that is used when none is named. @throws Problem BROWSER_PROFILE_UNKNOWN */
  settings(config: unknown, profile: string | undefined): BrowserSettings;
  /** The browser profiles, the default first. */
  profiles(config: unknown): string[];
  /** The browser to start. @throws Problem BROWSER_NOT_FOUND */
  find(settings: BrowserSettings): Promise<FoundBrowser>;
  /** The CDP port of a profile; another one, which is written down for it, when that is to be avoided. @throws Problem CDP_PORTS_EXHAUSTED */
  lease(settings: BrowserSettings, avoid: ReadonlySet<number>): Promise<number>;
  /** Who listens on a port, and with them this pid when it is what started one of them. Empty where this system cannot tell. */
  owners(port: number, own: number): Promise<ReadonlySet<number>>;
  /** Writes a picture of a page, private, whole or not at all; gives its path. */
  savePicture(profile: string, type: 'png' | 'jpeg', bytes: Uint8Array): Promise<string>;
}
