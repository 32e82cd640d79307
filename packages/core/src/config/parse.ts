import type { Issue } from '../errors/catalogue.ts';

/** The content of a config file as far as it can be read: of any shape, or why it has none. */
export type ParsedText = { parsed: unknown; syntax?: undefined } | { parsed: undefined; syntax: Issue };

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Parses the text of a config file. Most are plain JSON; the parser of JSON5 is loaded only for those that are not.
 * Total: it never throws.
 */
export async function parseConfig(text: string): Promise<ParsedText> {
  if (text.length > MAX_BYTES) return broken({ path: '', message: `is larger than ${MAX_BYTES / 1024 / 1024} MiB` });
  try {
    return { parsed: JSON.parse(text) as unknown };
  } catch {
    const { parseJson5 } = await import('./json5-text.ts');
    return parseJson5(text);
  }
}

export const broken = (syntax: Issue): ParsedText => ({ parsed: undefined, syntax });
