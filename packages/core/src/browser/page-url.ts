import { browserProblem } from '../errors/browser-problem.ts';

const MOST = 8_192;

/**
 * The address of a page that may be opened: one of the web, or about:blank. Files of this machine, pages of the browser itself,
 * and scripts are none. @throws Problem BROWSER_URL_REFUSED
 */
export function checkPageUrl(text: string): string {
  const url = parsed(text.trim());
  if (text.length <= MOST && url && (/^https?:$/.test(url.protocol) || url.href === 'about:blank')) return url.href;
  throw browserProblem('BROWSER_URL_REFUSED', { url: `${text.slice(0, 200)}${text.length > 200 ? '…' : ''}` || 'nothing' });
}

/** Undefined for what is no URL: `URL` is there in every JavaScript that this runs in. */
function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
