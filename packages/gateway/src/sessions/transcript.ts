import type { SessionPreview } from '@polygate/protocol';
import type { Said } from '../turns/provider.ts';

/** A message as it stands in a transcript. */
export interface Written {
  id: string | undefined;
  message: { role: string; content?: unknown; [field: string]: unknown };
}

/** The messages in lines of a transcript; a line that is none is passed over. */
export function messagesIn(lines: readonly string[]): Written[] {
  return lines.flatMap((line) => {
    const value = parse(line) as { id?: unknown; message?: { role?: unknown } } | null | undefined;
    const message = value?.message;
    if (typeof message?.role !== 'string') return [];
    return [{ id: typeof value?.id === 'string' ? value.id : undefined, message: message as Written['message'] }];
  });
}

/** What a model is told again of them: the last ones, up to so many characters. */
export function saidIn(entries: readonly Written[], mostChars: number): Said[] {
  const said: Said[] = [];
  let chars = 0;
  for (const { message } of entries.toReversed()) {
    const { role } = message;
    if (role !== 'user' && role !== 'assistant') continue;
    const text = textOf(message.content);
    if (text === '') continue;
    chars += text.length;
    if (chars > mostChars) break;
    said.unshift({ role, text });
  }
  return said;
}

type Item = SessionPreview['items'][number];

/**
 * The last messages in lines of a transcript, shortened. A line that is no JSON is passed over: the last one may have been torn
 * when a gateway died, and what was written after it then stands on the same line.
 */
export function lastMessages(lines: readonly string[], { limit, maxChars }: { limit: number; maxChars: number }): Item[] {
  const items: Item[] = [];
  for (let i = lines.length - 1; i >= 0 && items.length < limit; i -= 1) {
    const item = itemOf(lines[i] as string, maxChars);
    if (item) items.unshift(item);
  }
  return items;
}

function itemOf(line: string, maxChars: number): Item | undefined {
  const value = parse(line) as { message?: unknown } | undefined;
  const { role, content } = (value?.message ?? value ?? {}) as { role?: unknown; content?: unknown };
  if (typeof role !== 'string') return undefined;
  const text = textOf(content).replaceAll(/\s+/g, ' ').trim();
  return text === '' ? undefined : { role: roleOf(role), text: shortened(text, maxChars) };
}

function roleOf(role: string): Item['role'] {
  if (role === 'user' || role === 'assistant' || role === 'system') return role;
  return /tool/i.test(role) ? 'tool' : 'other';
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const parts = content.map((part) => (part as { text?: unknown } | null)?.text);
  return parts.filter((text) => typeof text === 'string').join(' ');
}

/** Whole characters: one of two halves is not cut in between. */
function shortened(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}…`;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
