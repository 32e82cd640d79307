import type { Issue } from '../errors/catalogue.ts';
import { MAX_CONFIG_BYTES, whyTooDeep, whyTooLarge, whyUnfit } from './bounds.ts';

/** The content of a config file as far as it can be read: of any shape, or why it has none. */
export type ParsedText = { parsed: unknown; syntax?: undefined } | { parsed: undefined; syntax: Issue };

/**
 * Parses the text of a config file. Most are plain JSON; the parser of JSON5 is loaded only for those that are not.
 * Total: it never throws, and its work is bounded by the size and the depth that are let through.
 */
export async function parseConfig(text: string): Promise<ParsedText> {
  const why = whyTooLarge(text.length, MAX_CONFIG_BYTES) ?? whyTooDeep(text);
  if (why !== undefined) return broken({ path: '', message: why });
  const read = await parseText(text);
  const unfit = read.syntax ? undefined : whyUnfit(read.parsed);
  return unfit ? broken(unfit) : read;
}

async function parseText(text: string): Promise<ParsedText> {
  try {
    return { parsed: JSON.parse(text) as unknown };
  } catch {
    const { parseJson5 } = await import('./json5-text.ts');
    return parseJson5(text);
  }
}

export const broken = (syntax: Issue): ParsedText => ({ parsed: undefined, syntax });
