/** What CreateProcess is given: a program, and the rest of the command line as it stands. */
export interface WindowsCommand {
  program: string;
  args: string[];
  /** The arguments are one text that nobody quotes again (windowsVerbatimArguments). */
  verbatim: boolean;
}

/** A batch file, which CreateProcess starts for nobody (Node refuses it with EINVAL since April 2024): it is cmd's to run. */
export const isBatch = (program: string): boolean => /\.(cmd|bat)$/i.test(program.trim());

/**
 * Why cmd cannot hand these words to a batch file as they are; undefined where it can, and for what is no batch file. A caret keeps
 * every sign from cmd but `%`, which it takes for a variable before it looks at carets: what is between two of them is kept, dropped
 * or replaced by what a variable of that name says, which is the caller's to set (cmd of Wine 8 drops it).
 */
export function whyNoBatchLine(argv: readonly string[]): string | undefined {
  const [program = ''] = argv;
  if (!isBatch(program)) return undefined;
  for (const [i, word] of argv.entries()) {
    const what = i === 0 ? 'its path' : `argument ${i}, ${JSON.stringify(word)},`;
    if (word.includes('%')) return `it is a batch file, and ${what} has a percent sign in it, which cmd takes for a variable`;
    if (/[\r\n\0]/.test(word)) return `it is a batch file, and ${what} has a line break or NUL in it, where cmd stops reading`;
  }
  const { length } = lineForCmd(argv);
  return length > LONGEST_LINE
    ? `it is a batch file, and its line has ${length} characters of the ${LONGEST_LINE} that cmd reads`
    : undefined;
}

/** Characters of a line on Windows 10. */
const LONGEST_LINE = 8191;

/**
 * How a command is started on Windows: programs as they are, batch files through cmd, with every argument kept from it. `comSpec`
 * is the path of cmd.exe. @throws Error where whyNoBatchLine has a reason
 */
export function windowsCommand(argv: readonly string[], comSpec: string): WindowsCommand {
  const [program = '', ...args] = argv;
  if (!isBatch(program)) return { program, args, verbatim: false };
  const reason = whyNoBatchLine(argv);
  if (reason !== undefined) throw new Error(`its program ${JSON.stringify(program)} cannot be started: ${reason}`);
  // Whatever the account has set for its own consoles: with delayed expansion, `!` would be a sign, too.
  return { program: comSpec, args: ['/d', '/e:on', '/v:off', '/s', '/c', `"${lineForCmd(argv)}"`], verbatim: true };
}

/** A batch file hands its arguments on as %*, and that line is read by cmd once more. */
const lineForCmd = (argv: readonly string[]): string =>
  argv.map((word, i) => (i === 0 ? escapeForCmd(quote(word)) : escapeForCmd(escapeForCmd(quote(word))))).join(' ');

/** One word of a command line, by the rule that the C runtime takes it apart with. */
export function quote(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
}

/** With a caret before each of its signs, quotes included, cmd takes no sign for its own. */
const escapeForCmd = (text: string) => text.replace(/[()[\]!^"`<>&|;, *?]/g, '^$&');
