import { catalogue, gatewayUrl, Problem, type ProblemCode, readVariable, resolveAccess } from '@polygate/core';
import {
  browserProblem,
  browserSettings,
  defaultBrowserProfile,
  isBrowserCode,
  secretsOfCdpUrl,
  shownCdpUrl,
} from '@polygate/core/browser';
import { type Listener, type OpenInstance, withParents } from '@polygate/host';
import type { Options } from '../../command.ts';
import type { Context } from '../../context.ts';
import { shownListener } from '../ports/listeners.ts';

/** Asks the browser control server. @throws Problem, one of the server's own where it gave one */
export type AskControl = <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<T>;

/** A browser that starts for the first time, and a page that takes long to load. */
const ANSWER_MS = 90_000;
const MOST_BYTES = 4 * 1024 * 1024;

/** The browser control server of an instance. Its secret is shown to nobody but its gateway. */
export async function browserControl(context: Context, opened: OpenInstance, { browserProfile }: Options): Promise<AskControl> {
  const { url, secret } = await locate(context, opened);
  for (const known of [secret ?? [], secretsOfCdpUrl(url)].flat()) context.secrets.add(known);
  const query = typeof browserProfile === 'string' ? `?profile=${encodeURIComponent(browserProfile)}` : '';
  return async <T>(method: string, path: string, body?: object) => {
    const address = `${url.replace(/\/+$/, '')}${path}${query}`;
    const { status, text } = await send(address, method, secret, body);
    const said = parsed(text);
    if (status === 200 && said) return said as T;
    throw refused(shownCdpUrl(url), status, said ?? {});
  };
}

interface Located {
  url: string;
  secret: string | undefined;
}

async function locate(context: Context, opened: OpenInstance): Promise<Located> {
  const { instance, config, lock } = opened;
  const { pack, identity } = instance;
  const settings = browserSettings(instance, config.parsed, defaultBrowserProfile(pack, config.parsed));
  const { url, port } = settings.control;
  // One on another machine has a token of its own, or none.
  if (port === null) return { url, secret: readVariable(pack, identity.env, 'BROWSER_CONTROL_TOKEN')?.value };
  const { net } = context.host;
  const [atGateway, holders] = await Promise.all([net.listeners(instance.port.value), net.listeners(port)]);
  const pid = lock?.pid ?? atGateway?.find((each) => each.pid !== undefined)?.pid;
  if (!lock && atGateway?.length === 0)
    throw new Problem('GATEWAY_NOT_RUNNING', { url: gatewayUrl('127.0.0.1', instance.port.value) });
  if (!settings.enabled) throw browserProblem('BROWSER_DISABLED', { by: 'browser.enabled is false' });
  if (holders?.length === 0) throw browserProblem('BROWSER_CONTROL_CLOSED', { url });
  const owners = await withParents(context.host, holders ?? [], pid);
  // Without its lock, who holds both ports may still be another account's.
  const isOurs = pid !== undefined && owners.has(pid) && (lock !== undefined || isOfThisAccount(context, holders ?? []));
  if (holders && !isOurs) throw browserProblem('BROWSER_CONTROL_FOREIGN', { port, holders: holders.map(shownListener) });
  const access = resolveAccess(pack, identity.env, {}, config.parsed);
  return { url, secret: access.secret?.value ?? lock?.token };
}

const isOfThisAccount = ({ host: { users } }: Context, holders: readonly Listener[]) =>
  holders.every(({ user }) => user === users.name);

async function send(
  address: string,
  method: string,
  secret: string | undefined,
  body: object | undefined,
): Promise<{ status: number; text: string }> {
  const unreachable = (reason: string, cause?: unknown) =>
    new Problem('GATEWAY_UNREACHABLE', { url: shownCdpUrl(address), reason }, { cause });
  try {
    const response = await fetch(address, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      redirect: 'error',
      headers: {
        ...(secret === undefined ? {} : { Authorization: `Bearer ${secret}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await bounded(response) };
  } catch (error) {
    const { name, message, cause } = error as Error;
    if (name === 'TimeoutError') throw unreachable(`no answer within ${ANSWER_MS} ms`, error);
    throw unreachable(cause instanceof Error ? cause.message : message, error);
  }
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(part, { stream: true });
    if (text.length > MOST_BYTES) throw new Error(`it answered with more than ${MOST_BYTES} bytes`);
  }
  return text;
}

function refused(
  url: string,
  status: number,
  { error, code, details }: { error?: unknown; code?: unknown; details?: unknown },
): Problem {
  const message = typeof error === 'string' ? error.slice(0, 1_000) : `HTTP ${status}`;
  if (status === 401) return new Problem('GATEWAY_UNAUTHORIZED', { url, reason: message });
  if (typeof code === 'string' && typeof details === 'object' && details !== null) {
    // The same words as if it had happened here, with this command in the hint.
    if (isBrowserCode(code)) return browserProblem(code, details as never);
    if (Object.hasOwn(catalogue, code)) return new Problem(code as ProblemCode, details as never);
  }
  return browserProblem('BROWSER_CONTROL_REFUSED', { url, message });
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
