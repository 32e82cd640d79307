import { type BrowserStatusDocument, describeHolders, EXIT, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { type BrowserView, viewBrowser } from '../../jobs/browser.ts';
import { describeInstance } from '../../jobs/describe.ts';
import { fields } from '../../output/table.ts';

export const run: Handler = async (context, options) => {
  const opened = await context.open({ live: true });
  const named = options.browserProfile as string | undefined;
  const view = await viewBrowser(context, opened, named);
  const instance = await describeInstance(context, opened.instance);
  const { settings, chosen, detectError, control, cdp } = view;
  return {
    exitCode: EXIT.ok,
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      instance,
      // What the family's own `browser status --json` answers.
      enabled: settings.enabled,
      profile: settings.profile,
      running: cdp.answers,
      cdpReady: cdp.answers,
      cdpHttp: cdp.answers,
      pid: cdp.answers ? (cdp.pid ?? null) : null,
      cdpPort: settings.cdp.port ?? null,
      cdpUrl: settings.cdp.url,
      chosenBrowser: chosen?.kind ?? null,
      detectedBrowser: chosen?.kind ?? null,
      detectedExecutablePath: chosen?.path ?? null,
      detectError: detectError ?? null,
      userDataDir: view.userDataDir,
      color: settings.color ?? null,
      headless: settings.headless,
      noSandbox: settings.noSandbox,
      executablePath: settings.executablePath ?? null,
      attachOnly: settings.attachOnly,
      control: { url: settings.control.url, port: settings.control.port, open: control.open ?? null, holders: control.holders },
    } satisfies BrowserStatusDocument,
    text: textOf(view, instance.id, instance.configPath),
  };
};

function textOf({ settings, chosen, detectError, control, cdp, userDataDir }: BrowserView, id: string, config: string): string {
  const { control: server } = settings;
  const held = control.open ? `open, held by ${describeHolders(control.holders)}` : 'closed';
  const browser = chosen
    ? `${chosen.kind} (${chosen.path})`
    : (detectError ?? 'none found: install Chromium, or set browser.executablePath');
  const more = [settings.headless && 'headless', settings.noSandbox && 'no sandbox', settings.attachOnly && 'attach only'];
  return fields([
    ['Instance', id],
    ['Config', config],
    ['Browser profile', settings.profile],
    ['Enabled', settings.enabled ? 'yes' : 'no (browser.enabled)'],
    ['Control', server.port === null ? `${server.url} (not on this machine)` : `${server.url}: ${held}`],
    ['CDP', `${settings.cdp.url}: ${cdp.answers ? 'a browser answers' : cdp.open ? 'open, and no browser answers' : 'closed'}`],
    ['Browser', browser],
    ['User data', userDataDir],
    ...(more.some(Boolean) ? [['Set', more.filter(Boolean).join(', ')] as const] : []),
  ]);
}
