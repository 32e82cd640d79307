import type { ExitCode } from '../exit-codes.ts';

/** What the catalogue says of one code. */
export interface Entry<P> {
  exit: ExitCode;
  message(params: P): string;
  /** The next thing to type or do. `command` is the user's command with product and profile already in it. */
  hint(params: P, command: string): string;
}

/** One entry for each code of a theme. */
export type Entries<Params> = { [C in keyof Params]: Entry<Params[C]> };
