import { isProblem } from '@polygate/core';
import { type BrowserSettings, isBrowserProfileName, shownCdpUrl } from '@polygate/core/browser';
import type { Keep } from '../kept.ts';
import type { Log } from '../log.ts';
import { settled } from '../settled.ts';
import { Browser } from './browser.ts';
import type { BrowserMeans } from './means.ts';

export interface BrowsersOptions {
  means: BrowserMeans;
  keep: Keep;
  log: Log;
  stateDir: string;
  /** The config that the gateway runs by. */
  config(): unknown;
}

/** The browsers of a gateway, one for each browser profile. */
export class Browsers {
  readonly #options: BrowsersOptions;
  readonly #browsers = new Map<string, Browser>();
  readonly #stopping = new AbortController();

  constructor(options: BrowsersOptions) {
    this.#options = options;
  }

  /** The browser of a profile, or of the usual one. @throws Problem BROWSER_PROFILE_UNKNOWN */
  of(named: string | undefined): { browser: Browser; settings: BrowserSettings; userDataDir: string } {
    const { means, config } = this.#options;
    const settings = means.settings(config(), named);
    const { profile } = settings;
    const userDataDir = this.#dataOf(profile);
    const known = this.#browsers.get(profile);
    if (known) return { browser: known, settings, userDataDir };
    const browser = this.#make(profile);
    return { browser, settings, userDataDir };
  }

  /** What the family's `GET /` answers, and how the browser is. @throws Problem BROWSER_PROFILE_UNKNOWN */
  async status(named: string | undefined): Promise<Record<string, unknown>> {
    const { browser, settings, userDataDir } = this.of(named);
    const { running, state, lastEnding } = browser;
    const found = await this.#options.means.find(settings).catch((error: unknown) => {
      if (isProblem(error)) return error;
      throw error;
    });
    const detected = isProblem(found) ? undefined : found;
    const { profile, color, headless, noSandbox, executablePath, attachOnly, cdp } = settings;
    const own = running?.process;
    return {
      ...{
        enabled: true,
        profile,
        running: running !== undefined,
        cdpReady: running !== undefined,
        cdpHttp: running !== undefined,
      },
      pid: own?.pid ?? null,
      cdpPort: own?.port ?? cdp.port ?? null,
      cdpUrl: own ? `http://127.0.0.1:${own.port}` : shownCdpUrl(cdp.url),
      chosenBrowser: own?.kind ?? detected?.kind ?? null,
      detectedBrowser: detected?.kind ?? null,
      detectedExecutablePath: detected?.path ?? null,
      detectError: isProblem(found) ? found.message : null,
      userDataDir,
      color: color ?? null,
      ...{ headless, noSandbox, attachOnly, executablePath: executablePath ?? null },
      state,
      adopted: own?.adopted ?? false,
      lastError: lastEnding?.reason ?? null,
      startedAt: running?.startedAt ?? null,
    };
  }

  async profiles(): Promise<Record<string, unknown>[]> {
    const { means, config } = this.#options;
    const names = means.profiles(config());
    return Promise.all(
      names.map(async (name, i) => {
        const { browser, settings } = this.of(name);
        const { running } = browser;
        const port = running?.process?.port ?? settings.cdp.port ?? null;
        return {
          name,
          cdpPort: port,
          cdpUrl: running?.process ? `http://127.0.0.1:${port}` : shownCdpUrl(settings.cdp.url),
          color: settings.color ?? null,
          running: running !== undefined,
          tabCount: running ? (await running.pages.list().catch(() => [])).length : 0,
          isDefault: i === 0,
          isRemote: settings.cdp.given,
        };
      }),
    );
  }

  /** Takes over, or ends, what a killed gateway left. A profile that the config has no more is ended. Never rejects. */
  async recover(names: readonly string[], mayRun: boolean): Promise<void> {
    const { log, means, config } = this.#options;
    const known = mayRun ? means.profiles(config()) : [];
    await Promise.all(
      names.filter(isBrowserProfileName).map(async (name) => {
        try {
          const browser = this.#browsers.get(name) ?? this.#make(name);
          await browser.recover();
          if (!known.includes(name)) await browser.stop();
        } catch (error) {
          log.warn(`browser ${name}: ${(error as Error).message}`);
        }
      }),
    );
  }

  /** Ends all that are ours, and lets go of the others. None is started any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#browsers.values()].map((browser) => settled(browser.stop())));
  }

  #dataOf(profile: string): string {
    const { means, stateDir } = this.#options;
    return means.host.paths.join(stateDir, 'browser', profile, 'user-data');
  }

  #make(profile: string): Browser {
    const { means, keep, log, config } = this.#options;
    const place = { means, keep, log, profile, userDataDir: this.#dataOf(profile), stopping: this.#stopping.signal };
    const browser = new Browser(place, () => means.settings(config(), profile));
    this.#browsers.set(profile, browser);
    return browser;
  }
}
