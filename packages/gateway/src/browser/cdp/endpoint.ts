import { browserProblem, shownCdpUrl, socketUrl, versionUrl } from '@polygate/core/browser';

const ANSWER_MS = 3_000;
const MOST_BYTES = 65_536;

/**
 * The socket of the browser that is reached at an address of the config. @throws Problem BROWSER_UNREACHABLE, with no secret of the
 * address in it
 */
export async function findSocket(cdpUrl: string, profile: string): Promise<string> {
  const unreachable = (reason: string, cause?: unknown) =>
    browserProblem('BROWSER_UNREACHABLE', { profile, url: shownCdpUrl(cdpUrl), reason }, { cause });
  if (!URL.canParse(cdpUrl) || !/^(https?|wss?):$/.test(new URL(cdpUrl).protocol))
    throw unreachable('it is no address that begins with http, https, ws or wss');
  const address = versionUrl(cdpUrl);
  if (address === undefined) return cdpUrl;
  const said = await tellOf(address).catch((error: unknown) => {
    throw unreachable(reasonOf(error), error);
  });
  const { webSocketDebuggerUrl: reported } = said;
  if (typeof reported !== 'string' || !URL.canParse(reported)) throw unreachable('what answers there is no browser');
  return socketUrl(cdpUrl, reported);
}

interface Told {
  webSocketDebuggerUrl?: unknown;
}

async function tellOf(address: string): Promise<Told> {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const given = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const response = await fetch(url, {
    signal: AbortSignal.timeout(ANSWER_MS),
    // Elsewhere the secret of the address is none of anybody's business.
    redirect: 'error',
    headers: username === '' ? {} : { Authorization: `Basic ${Buffer.from(given).toString('base64')}` },
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const told: unknown = JSON.parse(await bounded(response));
  return typeof told === 'object' && told !== null ? told : {};
}

async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error(`it answered with more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Why fetch failed, which it hides one level deep; no address in it, as that may hold a secret. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${ANSWER_MS} ms`;
  if (error instanceof SyntaxError) return 'what answers there is no browser';
  return cause instanceof Error ? cause.message || ((cause as NodeJS.ErrnoException).code ?? 'no connection') : message;
}
