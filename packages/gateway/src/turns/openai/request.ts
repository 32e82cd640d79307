import { setTimeout as delay } from 'node:timers/promises';
import { redact } from '@polygate/core';
import { WireError } from '../../wire-error.ts';
import type { WireMessage } from './provider.ts';

/** Where to ask, and what to show there. */
export interface Endpoint {
  /** Name of the provider in the config. */
  id: string;
  /** `https://api.example.com/v1` */
  baseUrl: string;
  key: string | undefined;
}

/** Answers that are worth another try: too many requests, and a server that is not there for the moment. */
const TRY_AGAIN = [429, 502, 503, 504];
const MOST_TRIES = 3;
const MOST_WAIT_MS = 30_000;
/** Characters of an error that are read and told. */
const MOST_READ = 4_096;
const MOST_TOLD = 300;

/** Asks; what comes back is a success whose body was not read. @throws WireError UNAVAILABLE with the provider's own words, without the key */
export async function ask(
  endpoint: Endpoint,
  { model, messages }: { model: string; messages: readonly WireMessage[] },
  signal: AbortSignal,
): Promise<Response> {
  const body = JSON.stringify({ model, messages, stream: true, stream_options: { include_usage: true } });
  for (let tries = 1; ; tries += 1) {
    const response = await once(endpoint, body, signal);
    if (response.ok) return response;
    const waitMs = Number(response.headers.get('retry-after') ?? 1) * 1_000;
    if (tries < MOST_TRIES && TRY_AGAIN.includes(response.status) && waitMs <= MOST_WAIT_MS) {
      await response.body?.cancel();
      await delay(waitMs, undefined, { signal });
      continue;
    }
    const reason = wordsOf(await textOf(response));
    throw failed(endpoint, `HTTP ${response.status}${reason === '' ? '' : `: ${reason}`}`, TRY_AGAIN.includes(response.status));
  }
}

async function once({ id, baseUrl, key }: Endpoint, body: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'text/event-stream',
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      },
      body,
      signal,
      // Elsewhere the key is none of anybody's business.
      redirect: 'error',
    });
  } catch (error) {
    signal.throwIfAborted();
    throw failed({ id, baseUrl, key }, `no answer: ${causeOf(error)}`, true);
  }
}

/** A failure in words, with the key masked, whatever the other side repeated of it. */
export function failed({ id, key }: Endpoint, reason: string, retryable: boolean): WireError {
  const text = redact(`${id}: ${reason}`, key === undefined ? [] : [key]);
  return new WireError('UNAVAILABLE', text.slice(0, MOST_TOLD), { retryable });
}

/** fetch hides why it failed one or two levels deep. */
export function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  if (cause instanceof AggregateError) return (cause.errors[0] as Error | undefined)?.message ?? message;
  return cause instanceof Error ? cause.message : message;
}

async function textOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes as Uint8Array, { stream: true });
      if (text.length > MOST_READ) break;
    }
  } catch {
    // The status says enough.
  }
  return text.slice(0, MOST_READ);
}

/** What an error in JSON says, else how the text begins; of a page nothing. */
export function wordsOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } | string };
    const message = typeof error === 'string' ? error : error?.message;
    if (typeof message === 'string') return message;
  } catch {
    // No JSON.
  }
  return text.trimStart().startsWith('<') ? '' : text.replaceAll(/\s+/g, ' ').trim();
}
