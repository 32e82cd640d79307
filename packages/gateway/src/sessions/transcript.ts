import type { SessionPreview } from '@polygate/protocol';

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
