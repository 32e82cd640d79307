import { type BrowserAnswer, type BrowserRequest, RequestRefused } from './answer.ts';
import type { Browsers } from './browsers.ts';
import type { BrowserMeans } from './means.ts';

interface Asked extends BrowserRequest {
  browsers: Browsers;
  means: BrowserMeans;
  /** What stands in the place of `:targetId`. */
  targetId: string;
}

type Route = (asked: Asked) => Promise<Record<string, unknown>>;

/** What can be asked about browsers: the family's paths and fields, as far as they need no more than the browser itself. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': ({ browsers, profile }) => browsers.status(profile),
  'GET /profiles': async ({ browsers }) => ({ profiles: await browsers.profiles() }),

  'POST /start': async ({ browsers, profile }) => {
    const started = await browsers.of(profile).browser.start();
    return { ok: true, started, ...(await browsers.status(profile)) };
  },

  'POST /stop': async ({ browsers, profile }) => {
    const stopped = await browsers.of(profile).browser.stop();
    return { ok: true, stopped, ...(await browsers.status(profile)) };
  },

  // Looking starts nothing.
  'GET /tabs': async ({ browsers, profile }) => {
    const { browser, settings } = browsers.of(profile);
    const tabs = (await browser.running?.pages.list()) ?? [];
    return { profile: settings.profile, running: browser.running !== undefined, tabs };
  },

  'POST /tabs/open': async ({ browsers, profile, body }) => {
    const { browser } = browsers.of(profile);
    const url = textIn(body, 'url');
    return { ...(await (await browser.use()).pages.open(url)) };
  },

  'POST /tabs/focus': async ({ browsers, profile, body }) => {
    await (await browsers.of(profile).browser.use()).pages.focus(textIn(body, 'targetId'));
    return { ok: true };
  },

  'DELETE /tabs/:targetId': async ({ browsers, profile, targetId }) => {
    await (await browsers.of(profile).browser.use()).pages.close(targetId);
    return { ok: true };
  },

  'POST /navigate': async ({ browsers, profile, body }) => {
    const url = textIn(body, 'url');
    const { pages } = await browsers.of(profile).browser.use();
    return { ok: true, ...(await pages.navigate(url, maybeTextIn(body, 'targetId'))) };
  },

  'POST /screenshot': async ({ browsers, means, profile, body }) => {
    const { browser, settings } = browsers.of(profile);
    const type = maybeTextIn(body, 'type') ?? 'png';
    if (type !== 'png' && type !== 'jpeg') throw new RequestRefused(400, 'type is png or jpeg');
    const fullPage = (body as { fullPage?: unknown } | undefined)?.fullPage === true;
    const named = maybeTextIn(body, 'targetId');
    const { bytes, tab } = await (await browser.use()).pages.picture(named, { fullPage, type });
    const path = await means.savePicture(settings.profile, type, bytes);
    return { ok: true, path, targetId: tab.targetId, url: tab.url, type, bytes: bytes.length };
  },
};

/** Answers a request. @throws RequestRefused or Problem */
export async function answer(
  { browsers, means }: { browsers: Browsers; means: BrowserMeans },
  request: BrowserRequest,
): Promise<BrowserAnswer> {
  const found = routeOf(request);
  const body = await found.route({ ...request, browsers, means, targetId: found.targetId });
  return { status: 200, body };
}

function routeOf({ method, path }: BrowserRequest): { route: Route; targetId: string } {
  const [, named] = /^\/tabs\/([\w-]{1,100})$/.exec(path) ?? [];
  const exact = ROUTES[`${method} ${path}`];
  if (exact && !path.includes(':')) return { route: exact, targetId: '' };
  const ofTab = ROUTES[`${method} /tabs/:targetId`];
  if (named !== undefined && ofTab) return { route: ofTab, targetId: named };
  const methods = Object.keys(ROUTES).flatMap((each) => (each.endsWith(` ${path}`) ? [each.split(' ')[0]] : []));
  if (methods.length > 0) throw new RequestRefused(405, `${path} takes ${methods.join(' and ')}`);
  throw new RequestRefused(404, `there is no ${method} ${path.slice(0, 100)} here; there are ${Object.keys(ROUTES).join(', ')}`);
}

function maybeTextIn(body: unknown, key: string): string | undefined {
  const value =
    typeof body === 'object' && body !== null && Object.hasOwn(body, key) ? (body as Record<string, unknown>)[key] : undefined;
  if (value !== undefined && typeof value !== 'string') throw new RequestRefused(400, `${key} is a text`);
  return value;
}

function textIn(body: unknown, key: string): string {
  const value = maybeTextIn(body, key);
  if (value === undefined || value.trim() === '') throw new RequestRefused(400, `${key} is missing`);
  return value;
}
