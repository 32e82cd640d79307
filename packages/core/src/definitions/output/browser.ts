import type { TSchema } from 'typebox';
import { derivedPort, document, flag, list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

/** What the commands about browsers print; those about their profiles are with the ports. */
export const browserShapes: Record<string, TSchema> = {
  BrowserStatusDocument: document(
    {
      ...done,
      instance: ref('InstanceDocument'),
      control: ref('BrowserControl'),
      enabled: flag(),
      profile: text('Browser profile'),
      running: flag('A browser is there to be used'),
      cdpReady: flag(),
      cdpHttp: flag(),
      pid: orNull(whole('Of a browser that the gateway started; of any, where no gateway tells')),
      cdpPort: orNull(derivedPort()),
      cdpUrl: text('What is secret in it is masked'),
      chosenBrowser: orNull(text('`custom`: the one that the config names')),
      detectedBrowser: orNull(text()),
      detectedExecutablePath: orNull(text()),
      detectError: orNull(text()),
      userDataDir: text(),
      color: orNull(text()),
      headless: flag(),
      noSandbox: flag(),
      executablePath: orNull(text('browser.executablePath of the config')),
      attachOnly: flag(),
      state: orNull(
        oneOf(['stopped', 'starting', 'running', 'crashed'], '`crashed`: it is started again when it is needed'),
        'null: no gateway tells',
      ),
      adopted: flag('A gateway that was killed left it behind, and this one took it over'),
      lastError: orNull(text('How it ended when nobody asked for that')),
      startedAt: orNull(whole('Milliseconds since 1970')),
      'result?': oneOf(['started', 'stopped', 'unchanged'], 'Of `browser start` and `browser stop`'),
    },
    "The family's own `browser status` (`enabled` and after), with the instance and its control server",
  ),
  BrowserControl: shape({
    url: text(),
    port: orNull(derivedPort(), 'null: it is on another machine'),
    open: orNull(flag(), 'null: it cannot be told'),
    holders: list(ref('PortHolder')),
  }),
  BrowserTabsDocument: document({
    ...done,
    profile: text('Browser profile'),
    running: flag('Looking starts no browser'),
    tabs: list(ref('BrowserTab')),
  }),
  BrowserTab: shape({ targetId: text('Names the tab'), title: text(), url: text(), type: text() }),
  BrowserTabDocument: document({
    ...done,
    targetId: text('Names the tab'),
    title: text(),
    url: text(),
    type: text(),
    loaded: flag('The page said that it is loaded; false: it takes longer than 15 s'),
  }),
  BrowserPictureDocument: document({
    ...done,
    path: text('The file, which only its owner can read'),
    targetId: text('Names the tab'),
    url: text(),
    type: oneOf(['png', 'jpeg']),
    bytes: whole(),
  }),
};
