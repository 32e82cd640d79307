import { createHash } from 'node:crypto';
import { pages } from '../gen/pages.gen.ts';
import { hasVersion } from '../http/conditional.ts';
import { contentTypeOf } from '../http/content-type.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';

/** A page of ours, with the files that it needs. */
export interface Page {
  /** Its folder below templates/pages. */
  folder: string;
  /** What stands for `{{name}}` in its HTML. */
  values: Record<string, string>;
  /** What it may do at all; the most that a page of ours needs is very little. */
  policy: string;
}

const NEVER = "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

/** Answers with a file of a page. @throws HttpError NOT_FOUND for one that it does not have */
export function sendEmbedded(exchange: Exchange, name: string, { folder, values, policy }: Page): void {
  const files = pages[folder] ?? {};
  const text = Object.hasOwn(files, name) ? (files[name] as string) : undefined;
  if (text === undefined) throw new HttpError('NOT_FOUND', 'not found');
  const body = name.endsWith('.html') ? filled(text, values) : text;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = {
    ETag: etag,
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': `${NEVER}; ${policy}`,
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
  if (hasVersion(exchange.request.headers, { etag, modifiedMs: Number.POSITIVE_INFINITY })) {
    exchange.head(304, headers);
    exchange.response.end();
  } else {
    exchange.send(200, contentTypeOf(name), body, headers);
  }
}

function filled(html: string, values: Record<string, string>): string {
  return html.replace(/\{\{(\w+)\}\}/g, (_, name: string) => escaped(values[name] ?? ''));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] as string);
