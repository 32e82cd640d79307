/** A place below the root of what is served. */
export interface Place {
  /** Names on the way from the root, decoded. */
  names: string[];
  /** It was asked for with a slash behind it. */
  isDirectory: boolean;
}

const LONGEST_PATH = 4_096;
const LONGEST_NAME = 255;

/**
 * What a path below a route means, as it was sent: '' or `/…`. undefined for one that is never served: what goes up or is hidden,
 * what no name of a file may hold on this or another system, and what is not decoded by decoding it once. Nothing is put right:
 * a path that means a file has one form.
 */
export function placeOf(rest: string): Place | undefined {
  if (rest.length > LONGEST_PATH || (rest !== '' && !rest.startsWith('/'))) return undefined;
  const parts = rest.split('/').slice(1);
  const isDirectory = parts.at(-1) === '';
  const names: string[] = [];
  for (const part of isDirectory ? parts.slice(0, -1) : parts) {
    const name = decoded(part);
    if (name === undefined || !isServedName(name)) return undefined;
    names.push(name);
  }
  return { names, isDirectory };
}

/** The same for what is there: a path that leads to it again. */
export const pathOf = (names: readonly string[]): string => names.map((name) => `/${encodeURIComponent(name)}`).join('');

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/**
 * A name of one file that is not hidden. No separator of any system and no colon, which is a drive or a stream on Windows; no
 * control character; and no dot or blank at its end, which Windows takes away.
 */
function isServedName(name: string): boolean {
  if (name === '' || name.startsWith('.') || name.length > LONGEST_NAME) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return !/[/\\:\u0000-\u001f\u007f]|[. ]$/.test(name);
}
