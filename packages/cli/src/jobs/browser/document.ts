import { type BrowserStatusDocument, describeHolders, isProblem, SCHEMA_VERSION } from '@polygate/core';
import { shownCdpUrl } from '@polygate/core/browser';
import type { OpenInstance } from '@polygate/host';
import type { Options, Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { fields } from '../../output/table.ts';
import { type BrowserView, viewBrowser } from '../browser.ts';
import { describeInstance } from '../describe.ts';
import { browserControl } from './control.ts';

/** What the gateway tells of a browser, where there is one that does. */
type Told = Partial<
  Pick<
    BrowserStatusDocument,
    'running' | 'pid' | 'cdpPort' | 'cdpUrl' | 'chosenBrowser' | 'state' | 'adopted' | 'lastError' | 'startedAt'
  >
> & { started?: boolean; stopped?: boolean };

/** The browser of a profile, by what can be seen and what the gateway tells. @throws Problem OPTION_INVALID */
export async function statusOutcome(context: Context, options: Options): Promise<Outcome> {
  const opened = await context.open({ live: true });
  const view = await viewBrowser(context, opened, options.browserProfile as string | undefined);
  const told = await askStatus(context, opened, options);
  return outcome(context, opened, view, told);
}

/** Has the gateway start or end a browser, and tells how it is then. @throws Problem */
export async function changeOutcome(context: Context, options: Options, what: 'start' | 'stop'): Promise<Outcome> {
  const opened = await context.open({ live: true });
  const ask = await browserControl(context, opened, options);
  const told = await ask<Told>('POST', `/${what}`);
  const view = await viewBrowser(context, opened, options.browserProfile as string | undefined);
  const done = what === 'start' ? told.started : told.stopped;
  const result = done !== true ? 'unchanged' : what === 'start' ? 'started' : 'stopped';
  return outcome(context, opened, view, told, result);
}

/** undefined: no gateway runs, or it is another program's, which tells other things. */
async function askStatus(context: Context, opened: OpenInstance, options: Options): Promise<Told | undefined> {
  try {
    const ask = await browserControl(context, opened, options);
    return await ask<Told>('GET', '/');
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

async function outcome(
  context: Context,
  { instance: found }: OpenInstance,
  view: BrowserView,
  told: Told | undefined,
  result?: 'started' | 'stopped' | 'unchanged',
): Promise<Outcome> {
  const instance = await describeInstance(context, found);
  const { settings, chosen, detectError, control, cdp } = view;
  const running = told?.running ?? cdp.answers;
  const json: BrowserStatusDocument = {
    ok: true,
    schemaVersion: SCHEMA_VERSION,
    instance,
    // What the family's own `browser status --json` answers.
    enabled: settings.enabled,
    profile: settings.profile,
    running,
    cdpReady: running,
    cdpHttp: running,
    pid: told ? (told.pid ?? null) : cdp.answers ? (cdp.pid ?? null) : null,
    cdpPort: told?.cdpPort ?? settings.cdp.port ?? null,
    cdpUrl: told?.cdpUrl ?? shownCdpUrl(settings.cdp.url),
    chosenBrowser: told?.chosenBrowser ?? chosen?.kind ?? null,
    detectedBrowser: chosen?.kind ?? null,
    detectedExecutablePath: chosen?.path ?? null,
    detectError: detectError ?? null,
    userDataDir: view.userDataDir,
    color: settings.color ?? null,
    headless: settings.headless,
    noSandbox: settings.noSandbox,
    executablePath: settings.executablePath ?? null,
    attachOnly: settings.attachOnly,
    state: told?.state ?? null,
    adopted: told?.adopted ?? false,
    lastError: told?.lastError ?? null,
    startedAt: told?.startedAt ?? null,
    control: {
      url: shownCdpUrl(settings.control.url),
      port: settings.control.port,
      open: control.open ?? null,
      holders: control.holders,
    },
    ...(result ? { result } : {}),
  };
  return { json, text: textOf(json, instance.configPath, view) };
}

function textOf(json: BrowserStatusDocument, config: string, { chosen, detectError, control, cdp }: BrowserView): string {
  const held = control.open ? `open, held by ${describeHolders(control.holders)}` : 'closed';
  const browser = chosen
    ? `${chosen.kind} (${chosen.path})`
    : `${detectError ?? 'none found'}: install Chromium, or set browser.executablePath`;
  const more = [json.headless && 'headless', json.noSandbox && 'no sandbox', json.attachOnly && 'attach only'];
  const seen = json.running ? 'a browser answers' : cdp.open ? 'open, and no browser answers' : 'closed';
  return fields([
    ['Instance', json.instance.id],
    ['Config', config],
    ['Browser profile', json.profile],
    ['Enabled', json.enabled ? 'yes' : 'no (browser.enabled)'],
    ['Control', json.control.port === null ? `${json.control.url} (not on this machine)` : `${json.control.url}: ${held}`],
    ['CDP', `${json.cdpUrl}: ${seen}`],
    ...(json.state === null ? [] : [['State', stateText(json)] as const]),
    ['Browser', browser],
    ['User data', json.userDataDir],
    ...(more.some(Boolean) ? [['Set', more.filter(Boolean).join(', ')] as const] : []),
  ]);
}

function stateText({ state, pid, adopted, lastError, result }: BrowserStatusDocument): string {
  const who = pid === null ? '' : ` (pid ${pid}${adopted ? ', left behind by a gateway that was killed' : ''})`;
  const before = result === 'unchanged' ? ', as it was' : '';
  return `${state}${who}${before}${lastError === null ? '' : `; last: ${lastError}`}`;
}
