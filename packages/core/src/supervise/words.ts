/**
 * The words of a command line as a POSIX shell would split it, with nothing expanded: blanks part, single quotes keep
 * everything, double quotes keep everything but \" and \\, a backslash keeps the next character. undefined: a quote is not
 * closed, or it ends in a backslash.
 */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i] as string;
    const next = text[i + 1];
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      word ??= '';
    } else if (character === quote) {
      quote = undefined;
    } else if (character === '\\' && (quote === undefined || (quote === '"' && (next === '"' || next === '\\')))) {
      if (next === undefined) return undefined;
      word = (word ?? '') + next;
      i += 1;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== undefined) return undefined;
  return word === undefined ? words : [...words, word];
}
