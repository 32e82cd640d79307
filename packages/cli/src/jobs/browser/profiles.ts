import {
  type BrowserProfileChangeDocument,
  browserProfiles,
  describeHolders,
  type Edit,
  type Ledger,
  Problem,
  pick,
  textAt,
} from '@polygate/core';
import { browserProblem } from '@polygate/core/browser';
import {
  checkInstance,
  type Host,
  type OpenInstance,
  openInstance,
  refuseBrokenConfig,
  refuseUnfinished,
  withEntry,
} from '@polygate/host';
import { updateLedger } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { editConfigFile } from '../edit-config.ts';
import { nextColour } from './colours.ts';
import { entryOf, freeCdpPort } from './lease.ts';
import { checkBrowserProfileName } from './name.ts';

export interface ProfileChange {
  opened: OpenInstance;
  name: string;
  port: number | null;
  result: BrowserProfileChangeDocument['result'];
}

/**
 * Leases a CDP port for a browser profile and writes it into the gateway's config, all under the ledger's lock: two at once
 * never get the same port. One that is there already is left as it is.
 * @throws Problem BROWSER_PROFILE_NAME_INVALID, CONFIG_MISSING, CONFIG_INVALID or CDP_PORTS_EXHAUSTED
 */
export function createBrowserProfile(context: Context, name: string): Promise<ProfileChange> {
  checkBrowserProfileName(name);
  return change(context, async (opened, ledger) => {
    const { instance, config } = opened;
    const at = `browser.profiles.${name}`;
    const present = pick(browserProfiles(config.parsed), name);
    const known = instance.cdpPorts[name]?.value;
    if (present !== undefined) return { edits: [], cdp: undefined, port: known ?? null, result: 'unchanged' };
    // A lease that only the ledger still knows is this profile's own: it gets the same port again.
    const port = known ?? (await freeCdpPort(context, ledger, opened, name));
    // Real gateways of the family refuse a browser profile without a colour.
    const edits = [
      { path: `${at}.cdpPort`, value: port },
      { path: `${at}.color`, value: nextColour(browserProfiles(config.parsed)) },
    ];
    return { edits, cdp: (leased) => ({ ...leased, [name]: port }), port, result: 'created' };
  }).then((done) => ({ ...done, name }));
}

/**
 * Takes a browser profile out of the config and gives its port back. What its browser has stored stays on disk.
 * @throws Problem BROWSER_PROFILE_UNKNOWN or BROWSER_PROFILE_KEPT
 */
export function removeBrowserProfile(context: Context, name: string): Promise<ProfileChange> {
  return change(context, async (opened) => {
    const { instance, config } = opened;
    const profiles = browserProfiles(config.parsed);
    const port = instance.cdpPorts[name]?.value ?? null;
    if (!Object.hasOwn(profiles, name) && port === null) {
      const known = [...new Set([...Object.keys(profiles), ...Object.keys(instance.cdpPorts)])];
      throw browserProblem('BROWSER_PROFILE_UNKNOWN', { profile: name, instance: instance.id, known });
    }
    const kept = await whyKept(context.host, opened, name, port);
    if (kept) throw browserProblem('BROWSER_PROFILE_KEPT', { profile: name, instance: instance.id, reason: kept });
    return {
      edits: Object.hasOwn(profiles, name)
        ? [{ path: `browser.profiles.${checkBrowserProfileName(name)}`, value: undefined }]
        : [],
      cdp: (leased) => Object.fromEntries(Object.entries(leased).filter(([other]) => other !== name)),
      port,
      result: 'removed',
    };
  }).then((done) => ({ ...done, name }));
}

async function whyKept(host: Host, { config }: OpenInstance, name: string, port: number | null): Promise<string | undefined> {
  if (textAt(config.parsed, 'browser.defaultProfile') === name) return 'browser.defaultProfile names it';
  const [listener] = port === null ? [] : ((await host.net.listeners(port)) ?? []);
  return listener && `its browser is running on port ${port}: ${describeHolders([listener])}`;
}

interface Wanted {
  edits: Edit[];
  /** The leases of the ledger afterwards; undefined leaves them. */
  cdp: ((leased: Record<string, number>) => Record<string, number>) | undefined;
  port: number | null;
  result: ProfileChange['result'];
}

/** Config first, then ledger: whoever is interrupted in between leaves a config that says what is leased. */
async function change(
  context: Context,
  decide: (opened: OpenInstance, ledger: Ledger) => Promise<Wanted>,
): Promise<Omit<ProfileChange, 'name'>> {
  const { host } = context;
  const world = await context.world();
  const { result, warnings } = await updateLedger(world, async (ledger) => {
    const read = await openInstance({ ...world, ledger }, context.selection, { live: false });
    if (!read.config.exists) throw new Problem('CONFIG_MISSING', { file: read.config.path });
    refuseUnfinished(world.unfinished, read.instance.id);
    const opened = await checkInstance(read);
    refuseBrokenConfig(opened.config);
    const { edits, cdp, port, result } = await decide(opened, ledger);
    await editConfigFile(host, opened.config.path, edits);
    const entry = await entryOf(host, ledger, opened);
    const next = cdp && withEntry(ledger, { ...entry, cdp: cdp(entry.cdp as Record<string, number>) });
    return { ledger: next ?? ledger, result: { opened, port, result } };
  });
  for (const warning of warnings) context.warn(warning);
  return result;
}
