import { isProblem, Problem } from '@polygate/core';
import { type BrowserSettings, browserProfileNames, browserSettings, defaultBrowserProfile } from '@polygate/core/browser';
import type { Listener, OpenInstance } from '@polygate/host';
import type { Context } from '../context.ts';
import { type FoundBrowser, findBrowser } from './browser/find.ts';
import { shownListener } from './ports/listeners.ts';

const CDP_WAIT_MS = 1_000;

/** What can be seen of an instance's browser without starting anything. */
export interface BrowserView {
  settings: BrowserSettings;
  userDataDir: string;
  /** The browser that would be started, and why it was chosen; undefined when there is none. */
  chosen: FoundBrowser | undefined;
  /** Why there is none. */
  detectError: string | undefined;
  control: { open: boolean | undefined; holders: Listener[] };
  cdp: { open: boolean | undefined; answers: boolean; pid: number | undefined };
}

/** Looks at config, ports and installed browsers. @throws Problem OPTION_INVALID for a browser profile that there is not */
export async function viewBrowser(
  context: Context,
  { instance, config }: OpenInstance,
  named: string | undefined,
): Promise<BrowserView> {
  const { host } = context;
  const known = browserProfileNames(instance, config.parsed);
  const profile = named ?? defaultBrowserProfile(instance.pack, config.parsed);
  if (!known.includes(profile)) {
    throw new Problem('OPTION_INVALID', { option: '--browser-profile', value: profile, expected: known.join(' or ') });
  }
  const settings = browserSettings(instance, config.parsed, profile);
  const [found, control, cdp, answers] = await Promise.all([
    findBrowser(host, settings).catch((error: unknown) => {
      if (isProblem(error)) return error;
      throw error;
    }),
    portView(context, settings.control.port),
    portView(context, isHere(settings.cdp.url) ? settings.cdp.port : undefined),
    answersCdp(settings.cdp.url),
  ]);
  return {
    settings,
    userDataDir: host.paths.join(instance.stateDir.value, 'browser', profile, 'user-data'),
    ...(isProblem(found) ? { chosen: undefined, detectError: found.message } : { chosen: found, detectError: undefined }),
    control,
    cdp: { open: answers || cdp.open, answers, pid: cdp.holders[0]?.pid },
  };
}

/** Whether something listens on a port of this machine, and who; undefined when it cannot be told, or is not here. */
async function portView({ host: { net } }: Context, port: number | null | undefined): Promise<BrowserView['control']> {
  if (port === null || port === undefined) return { open: undefined, holders: [] };
  const holders = await net.listeners(port);
  return holders === undefined
    ? { open: !(await net.isFree(port)), holders: [] }
    : { open: holders.length > 0, holders: holders.map(shownListener) };
}

const isHere = (url: string) => /^[a-z]+:\/\/(127\.|localhost\b|\[::1\])/.test(url);

/** A browser answers on its CDP port with JSON that names it; anything else there is no browser. */
async function answersCdp(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/json/version', url), { signal: AbortSignal.timeout(CDP_WAIT_MS) });
    const said = (await response.json()) as { Browser?: unknown } | null;
    return response.ok && typeof said?.Browser === 'string';
  } catch {
    // Refused, silent, or no JSON: nobody there who speaks it.
    return false;
  }
}
