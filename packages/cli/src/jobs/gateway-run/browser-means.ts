import { randomUUID } from 'node:crypto';
import { browserProfiles, ownBrowserProfile, pick, portAt, readVariable, resolvePorts } from '@polygate/core';
import {
  type BrowserSettings,
  browserProblem,
  browserProfileNames,
  browserSettings,
  defaultBrowserProfile,
  secretsOfCdpUrl,
} from '@polygate/core/browser';
import type { BrowserMeans } from '@polygate/gateway';
import { type CheckedInstance, portOwners } from '@polygate/host';
import { nodeBrowserMachine } from '@polygate/host/browser';
import type { Context } from '../../context.ts';
import { findBrowser } from '../browser/find.ts';
import { leaseAnother } from '../browser/lease.ts';
import { checkBrowserProfileName } from '../browser/name.ts';
import { keepPicture } from './keep-picture.ts';

const NO = /^(0|false|no|off)$/i;

/** What the gateway of an instance needs to control browsers. */
export function browserMeans(context: Context, { instance }: CheckedInstance): BrowserMeans {
  const { host } = context;
  const { pack, identity, stateDir, port } = instance;
  /** By browser profile: what was taken while this gateway runs. */
  const taken = new Map<string, number>();
  return {
    machine: nodeBrowserMachine(host),
    host,
    control(config) {
      const skip = readVariable(pack, identity.env, 'SKIP_BROWSER_CONTROL_SERVER');
      if (skip && !NO.test(skip.value)) return { off: `${skip.name} is set` };
      if (pick(config, 'browser.enabled') === false) return { off: 'browser.enabled is false' };
      const { env, profile } = identity;
      const { browserControlPort } = resolvePorts({
        ...{ pack, profile: profile.value, env, flags: {}, config, lease: undefined, runningPort: port.value },
      });
      const { value, source } = browserControlPort;
      return value === null ? { off: `${source} names another machine` } : { port: value };
    },
    settings(config, named) {
      const known = browserProfileNames(instance, config);
      const profile = named ?? defaultBrowserProfile(pack, config);
      if (!known.includes(profile))
        throw browserProblem('BROWSER_PROFILE_UNKNOWN', { profile: profile.slice(0, 100), instance: instance.id, known });
      const settings = browserSettings(instance, config, checkBrowserProfileName(profile));
      const { cdp } = settings;
      if (cdp.given) for (const secret of secretsOfCdpUrl(cdp.url)) context.secrets.add(secret);
      const own = cdp.given ? cdp.port : (taken.get(profile) ?? sure(config, profile));
      return own === cdp.port ? settings : { ...settings, cdp: { ...cdp, port: own, url: `http://127.0.0.1:${own}` } };
    },
    profiles: (config) => browserProfileNames(instance, config),
    find: (settings) => findBrowser(host, settings),
    async lease({ profile, cdp }: BrowserSettings, avoid) {
      if (cdp.port !== undefined && !avoid.has(cdp.port)) return cdp.port;
      const leased = await leaseAnother(context, profile, avoid, port.value);
      taken.set(profile, leased);
      return leased;
    },
    owners: (at, own) => portOwners(host, at, own),
    savePicture: (profile, type, bytes) =>
      keepPicture(host, stateDir.value, { profile, type, bytes, unique: randomUUID().slice(0, 8) }),
  };

  /** The port that is certainly this profile's: any other has to be leased before it is used. */
  function sure(config: unknown, profile: string): number | undefined {
    const entry = pick(browserProfiles(config), profile);
    const first = profile === ownBrowserProfile(pack) ? instance.footprint.cdp.first : undefined;
    return portAt(entry, 'cdpPort') ?? instance.footprint.cdp.leased[profile] ?? first;
  }
}
