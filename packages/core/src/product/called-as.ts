/** First argument that a launcher hands over: the name it was called by. */
export const CALLED_AS = '--called-as=';

/** What a command line was called by, and the arguments that are the caller's own. */
export interface Called {
  program: string;
  /** A launcher of this name was used: its product is meant, one of the user's own too. */
  launcher: boolean;
  argv: readonly string[];
}

/** Takes what a launcher put in front out of the arguments; without it the script's own name counts. */
export function calledAs(script: string, argv: readonly string[]): Called {
  const [first = ''] = argv;
  const name = first.startsWith(CALLED_AS) ? first.slice(CALLED_AS.length) : '';
  if (/^[a-z][a-z0-9-]{0,31}$/.test(name)) return { program: name, launcher: true, argv: argv.slice(1) };
  return { program: script, launcher: false, argv };
}
