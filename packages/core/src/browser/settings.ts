import { pick, portAt, textAt } from '../config/pick.ts';
import type { Instance } from '../instance/instance.ts';
import { portOfUrl } from '../ports/port.ts';
import { browserProfiles } from '../ports/resolve.ts';
import { readVariable } from '../product/environment.ts';
import { ownBrowserProfile } from '../product/pack.ts';

/** What a config says of one browser profile of an instance, with what follows where it says nothing. */
export interface BrowserSettings {
  enabled: boolean;
  /** The browser profile: a part of an instance, not the instance's profile. */
  profile: string;
  /** Where the browser control server is reached; a port of null is on another machine. */
  control: { url: string; port: number | null };
  /** Where the browser is reached. `given`: the config gives the address, so the browser is somebody else's to start and to end. */
  cdp: { url: string; port: number | undefined; given: boolean };
  executablePath: string | undefined;
  headless: boolean;
  noSandbox: boolean;
  attachOnly: boolean;
  color: string | undefined;
}

/** The rule of the family, which is another one than for profiles: no capitals, no "_". */
export const isBrowserProfileName = (name: string): boolean => /^[a-z0-9][a-z0-9-]{0,63}$/.test(name);

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
  const variable = readVariable(instance.pack, instance.identity.env, 'BROWSER_CONTROL_URL');
  const elsewhere = variable?.value ?? textAt(config, 'browser.controlUrl');
  return {
    enabled: pick(config, 'browser.enabled') !== false,
    profile,
    control: {
      url: control === null ? (elsewhere ?? '') : `http://127.0.0.1:${control}`,
      port: control,
    },
    cdp:
      pinned === undefined
        ? { url: `http://127.0.0.1:${port}`, port, given: false }
        : { url: pinned, port: portOfUrl(pinned), given: true },
    executablePath: textAt(config, 'browser.executablePath'),
    headless: pick(config, 'browser.headless') === true,
    noSandbox: pick(config, 'browser.noSandbox') === true,
    attachOnly: pick(config, 'browser.attachOnly') === true,
    color: textAt(entry, 'color') ?? textAt(config, 'browser.color'),
  };
}
