/** One command line of words, by the rule that the C runtime of Windows takes it apart with. */
export function commandLine(argv: readonly string[]): string {
  return argv.map(quoted).join(' ');
}

function quoted(word: string): string {
  if (/^[\w./:\\=+,@-]+$/.test(word)) return word;
  // Backslashes count only before a quote.
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
