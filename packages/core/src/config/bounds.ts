import type { Issue } from '../errors/catalogue.ts';

// The largest configs of the family that were seen have some 100 KB. A parser of JSON5 takes about 70 ms for twice our limit.
export const MAX_CONFIG_BYTES: number = 512 * 1024;
// A pack with every key there is has 2 KB.
export const MAX_PACK_BYTES: number = 64 * 1024;
// Configs nest some 10 levels deep. Parsers and printers that call themselves for each level overflow at some thousands.
export const MAX_DEPTH = 64;

/** The size of a file that is too large to be parsed, in words; undefined for one that is not. */
export function whyTooLarge(size: number, limit: number): string | undefined {
  return size > limit ? `is larger than ${limit / 1024} KiB` : undefined;
}

/** Why a text is not given to a parser at all. One pass that stops at the first level too many. */
export function whyTooDeep(text: string): string | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"' || char === "'") i = endOfString(text, i, char);
    else if (char === '/' && text[i + 1] === '/') i = endAt(text, '\n', i);
    else if (char === '/' && text[i + 1] === '*') i = endAt(text, '*/', i + 2) + 1;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
  }
  return undefined;
}

/**
 * The first thing in a parsed value that no file of ours or of the family holds, and that programs stumble over: the key
 * __proto__, which changes what an object is when it is copied, and NUL, which ends a path or an argument. The value must not
 * be deeper than MAX_DEPTH.
 */
export function whyUnfit(value: unknown, path = ''): Issue | undefined {
  if (typeof value === 'string') return value.includes('\0') ? { path, message: 'contains a NUL character' } : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') return { path, message: 'contains the key "__proto__"' };
    if (key.includes('\0')) return { path, message: 'contains a key with a NUL character' };
    const found = whyUnfit(inner, isList ? `${path}[${key}]` : path ? `${path}.${key}` : key);
    if (found) return found;
  }
  return undefined;
}

function endOfString(text: string, start: number, quote: string): number {
  let i = start + 1;
  while (i < text.length && text[i] !== quote) i += text[i] === '\\' ? 2 : 1;
  return i;
}

function endAt(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at === -1 ? text.length : at;
}
