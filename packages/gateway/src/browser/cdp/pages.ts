import { browserProblem, checkPageUrl } from '@polygate/core/browser';
import { within } from '../../within.ts';
import { type CdpConnection, CdpRefused } from './connection.ts';

/** A tab of a browser, in the family's words. */
export interface Tab {
  targetId: string;
  title: string;
  url: string;
  type: string;
}

export interface Picture {
  bytes: Uint8Array;
  type: 'png' | 'jpeg';
}

interface TargetInfo {
  targetId: string;
  type: string;
  title: string;
  url: string;
}

/** For a page to load; one that takes longer is there all the same. */
const LOAD_MS = 15_000;
const PICTURE_MS = 20_000;
const MOST_TABS = 500;
/** Pixels of a side; what Chromium paints at most. */
const LONGEST_SIDE = 16_384;

/** The tabs of one browser, and what can be done with them. */
export class Pages {
  readonly #cdp: CdpConnection;
  readonly #profile: string;
  /** The tab that is meant when none is named: the one that was opened or chosen last. */
  #current: string | undefined;
  readonly #crashed = new Set<string>();

  private constructor(cdp: CdpConnection, profile: string) {
    this.#cdp = cdp;
    this.#profile = profile;
    cdp.on('Target.targetCrashed', undefined, ({ targetId }) => this.#crashed.add(String(targetId)));
    cdp.on('Target.targetDestroyed', undefined, ({ targetId }) => this.#crashed.delete(String(targetId)));
  }

  static async of(cdp: CdpConnection, profile: string): Promise<Pages> {
    const pages = new Pages(cdp, profile);
    await cdp.call('Target.setDiscoverTargets', { discover: true });
    return pages;
  }

  async list(): Promise<Tab[]> {
    const { targetInfos } = await this.#cdp.call<{ targetInfos: TargetInfo[] }>('Target.getTargets');
    return targetInfos
      .filter(({ type, url }) => type === 'page' && !url.startsWith('devtools://'))
      .slice(0, MOST_TABS)
      .map(({ targetId, title, url, type }) => ({ targetId, title, url, type }));
  }

  /** Opens a page in a tab of its own and waits until it is loaded. @throws Problem BROWSER_URL_REFUSED, BROWSER_PAGE_FAILED … */
  async open(text: string): Promise<Tab & { loaded: boolean }> {
    const url = checkPageUrl(text);
    const { targetId } = await this.#cdp.call<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    this.#current = targetId;
    return this.#go(targetId, url);
  }

  /** The same in a tab that is there. */
  async navigate(text: string, named: string | undefined): Promise<Tab & { loaded: boolean }> {
    const url = checkPageUrl(text);
    const { targetId } = await this.#tab(named);
    return this.#go(targetId, url);
  }

  async focus(named: string): Promise<void> {
    const { targetId } = await this.#tab(named);
    await this.#cdp.call('Target.activateTarget', { targetId });
    this.#current = targetId;
  }

  async close(named: string): Promise<void> {
    const { targetId } = await this.#tab(named);
    await this.#cdp.call('Target.closeTarget', { targetId });
    if (this.#current === targetId) this.#current = undefined;
  }

  /** A picture of what a tab shows, or of its whole page. @throws Problem BROWSER_TAB_UNKNOWN, BROWSER_PAGE_CRASHED … */
  async picture(
    named: string | undefined,
    { fullPage, type }: { fullPage: boolean; type: Picture['type'] },
  ): Promise<Picture & { tab: Tab }> {
    const tab = await this.#tab(named);
    const bytes = await this.#during(tab, async (sessionId) => {
      // What lies behind another tab is not painted.
      await this.#cdp.call('Page.bringToFront', {}, { sessionId });
      const whole = fullPage ? await this.#wholePage(sessionId) : {};
      const { data } = await this.#cdp.call<{ data: string }>(
        'Page.captureScreenshot',
        { format: type, ...whole },
        { sessionId, timeoutMs: PICTURE_MS },
      );
      return Buffer.from(data, 'base64');
    });
    return { bytes, type, tab };
  }

  async #wholePage(sessionId: string): Promise<Record<string, unknown>> {
    const { cssContentSize } = await this.#cdp.call<{ cssContentSize: { width: number; height: number } }>(
      'Page.getLayoutMetrics',
      {},
      { sessionId },
    );
    const side = (length: number) => Math.max(1, Math.min(LONGEST_SIDE, Math.ceil(length)));
    const clip = { x: 0, y: 0, width: side(cssContentSize.width), height: side(cssContentSize.height), scale: 1 };
    return { captureBeyondViewport: true, clip };
  }

  async #tab(named: string | undefined): Promise<Tab> {
    const tabs = await this.list();
    const meant = named ?? this.#current;
    const tab = tabs.find(({ targetId }) => targetId === meant) ?? (named === undefined ? tabs[0] : undefined);
    if (!tab) throw browserProblem('BROWSER_TAB_UNKNOWN', { profile: this.#profile, targetId: named?.slice(0, 100) });
    return tab;
  }

  async #go(targetId: string, url: string): Promise<Tab & { loaded: boolean }> {
    this.#crashed.delete(targetId);
    const tab = { targetId, url, title: '', type: 'page' };
    const loaded = await this.#during(tab, async (sessionId) => {
      await this.#cdp.call('Page.enable', {}, { sessionId });
      let stop = () => {};
      const load = new Promise<void>((resolve) => {
        stop = this.#cdp.on('Page.loadEventFired', sessionId, () => resolve());
      });
      try {
        const { errorText, loaderId } = await this.#cdp.call<{ errorText?: string; loaderId?: string }>(
          'Page.navigate',
          { url },
          { sessionId, timeoutMs: LOAD_MS },
        );
        if (errorText !== undefined && errorText !== '') throw browserProblem('BROWSER_PAGE_FAILED', { url, reason: errorText });
        // A place on the same page loads nothing.
        return loaderId === undefined || (await within(load, LOAD_MS));
      } finally {
        stop();
      }
    });
    const now = (await this.list()).find((each) => each.targetId === targetId);
    return { ...(now ?? tab), loaded };
  }

  /** Does something with a page. One that crashes answers nothing any more: it is not waited for. */
  async #during<T>({ targetId, url }: Tab, body: (sessionId: string) => Promise<T>): Promise<T> {
    const crashed = () => browserProblem('BROWSER_PAGE_CRASHED', { url });
    if (this.#crashed.has(targetId)) throw crashed();
    const { sessionId } = await this.#cdp.call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    let stop = () => {};
    const crash = new Promise<never>((_, reject) => {
      stop = this.#cdp.on('Target.targetCrashed', undefined, (told) => told.targetId === targetId && reject(crashed()));
    });
    try {
      return await Promise.race([body(sessionId), crash]);
    } catch (error) {
      // A tab that was closed meanwhile.
      if (error instanceof CdpRefused)
        throw browserProblem('BROWSER_PAGE_FAILED', { url, reason: error.message }, { cause: error });
      throw error;
    } finally {
      stop();
      await this.#cdp.call('Target.detachFromTarget', { sessionId }).catch(() => undefined);
    }
  }
}
