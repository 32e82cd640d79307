import type { IncomingHttpHeaders } from 'node:http';

/** What is known of a body before it is sent. */
export interface Version {
  /** With its quotes. */
  etag: string;
  modifiedMs: number;
}

/** The client has this very version (RFC 9110, 13.2.2): by its tags where it names any, else by the time. */
export function hasVersion(headers: IncomingHttpHeaders, { etag, modifiedMs }: Version): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && seconds(modifiedMs) <= seconds(since);
}

/** The bytes that are wanted, both ends included. */
export interface ByteRange {
  from: number;
  to: number;
}

/**
 * The part of a body that is asked for; undefined: all of it. One range of bytes is understood; what else is asked for, or is asked
 * for of another version, is answered with the whole, as RFC 9110 allows (14.2).
 */
export function rangeOf(headers: IncomingHttpHeaders, size: number, version: Version): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.range?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '') || !isOf(headers, version)) return undefined;
  const end = size - 1;
  if (first === '')
    return size === 0 || Number(last) === 0 ? 'unsatisfiable' : { from: Math.max(0, size - Number(last)), to: end };
  const from = Number(first);
  const to = last === '' ? end : Math.min(Number(last), end);
  if (last !== '' && Number(last) < from) return undefined;
  return from > end ? 'unsatisfiable' : { from, to };
}

/** If-Range: a part is of use only with what the client has already. */
function isOf({ 'if-range': condition }: IncomingHttpHeaders, { etag, modifiedMs }: Version): boolean {
  if (condition === undefined) return true;
  const text = String(condition).trim();
  return text === etag || seconds(Date.parse(text)) === seconds(modifiedMs);
}

/** Times in HTTP have no more than this. */
const seconds = (ms: number): number => Math.floor(ms / 1_000);
