import { pick, portAt, textAt } from '../config/pick.ts';
import type { Instance } from '../instance/instance.ts';
import { portOfUrl } from '../ports/port.ts';
import { browserProfiles } from '../ports/resolve.ts';
import { ownBrowserProfile } from '../product/pack.ts';

/** What a config says of one browser profile of an instance, with what follows where it says nothing. */
export interface BrowserSettings {
  enabled: boolean;
  /** The browser profile: a part of an instance, not the instance's profile. */
  profile: string;
  /** Where the browser control server is reached; a port of null is on another machine. */
  control: { url: string; port: number | null };
  cdp: { url: string; port: number | undefined };
  executablePath: string | undefined;
  headless: boolean;
  noSandbox: boolean;
  attachOnly: boolean;
  color: string | undefined;
}

/** Names of the browser profiles of an instance: those of its config, and the one that is used when none is named. */
export function browserProfileNames({ pack, footprint }: Instance, config: unknown): string[] {
  const configured = Object.keys(browserProfiles(config));
  return [...new Set([defaultBrowserProfile(pack, config), ...configured, ...Object.keys(footprint.cdp.leased)])];
}

export function defaultBrowserProfile(pack: Instance['pack'], config: unknown): string {
  return textAt(config, 'browser.defaultProfile') ?? ownBrowserProfile(pack);
}

/** Resolves the settings of a browser profile. Pure; a config of any shape will do. */
export function browserSettings(instance: Instance, config: unknown, profile: string): BrowserSettings {
  const { footprint, browserControlPort } = instance;
  // A name may hold a dot, which would be another path.
  const profiles = browserProfiles(config);
  const entry = Object.hasOwn(profiles, profile) ? profiles[profile] : undefined;
  const pinned =
    textAt(entry, 'cdpUrl') ??
    (profile === defaultBrowserProfile(instance.pack, config) ? textAt(config, 'browser.cdpUrl') : undefined);
  const port = portAt(entry, 'cdpPort') ?? footprint.cdp.leased[profile] ?? footprint.cdp.first;
  const control = browserControlPort.value;
  return {
    enabled: pick(config, 'browser.enabled') !== false,
    profile,
    control: {
      url: control === null ? (textAt(config, 'browser.controlUrl') ?? '') : `http://127.0.0.1:${control}`,
      port: control,
    },
    cdp: pinned === undefined ? { url: `http://127.0.0.1:${port}`, port } : { url: pinned, port: portOfUrl(pinned) },
    executablePath: textAt(config, 'browser.executablePath'),
    headless: pick(config, 'browser.headless') === true,
    noSandbox: pick(config, 'browser.noSandbox') === true,
    attachOnly: pick(config, 'browser.attachOnly') === true,
    color: textAt(entry, 'color') ?? textAt(config, 'browser.color'),
  };
}
