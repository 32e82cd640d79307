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
 * How a command is started on Windows: programs as they are, batch files through cmd, with every argument kept from it. `comSpec`
 * is the path of cmd.exe.
 */
export function windowsCommand(argv: readonly string[], comSpec: string): WindowsCommand {
  const [program = '', ...args] = argv;
  if (!isBatch(program)) return { program, args, verbatim: false };
  // A batch file hands its arguments on as %*, and that line is read by cmd once more.
  const line = [program, ...args].map((word, i) =>
    i === 0 ? escapeForCmd(quote(word)) : escapeForCmd(escapeForCmd(quote(word))),
  );
  return { program: comSpec, args: ['/d', '/s', '/c', `"${line.join(' ')}"`], verbatim: true };
}

/** One word of a command line, by the rule that the C runtime takes it apart with. */
export function quote(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
}

/** With a caret before each of its signs, quotes included, cmd takes no sign for its own. */
const escapeForCmd = (text: string) => text.replace(/[()[\]%!^"`<>&|;, *?]/g, '^$&');
