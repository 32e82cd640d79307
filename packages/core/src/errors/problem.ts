import type { Entries, Entry } from './catalogue/entry.ts';
import { catalogue, type ProblemCode, type ProblemParams } from './catalogue.ts';
import type { ExitCode } from './exit-codes.ts';

/**
 * An expected failure: a code of the catalogue with the values that fill its text.
 * Message and hint are rendered late (render.ts), when the command to repeat is known and secrets can be scrubbed.
 */
export class Problem<C extends ProblemCode = ProblemCode> extends Error {
  override readonly name = 'Problem';
  readonly code: C;
  readonly params: ProblemParams[C];
  /** What the catalogue says of it. */
  readonly entry: Entry<ProblemParams[C]>;

  /** `entry` comes with a code that only some commands know (browser-problem.ts). */
  constructor(code: C, params: ProblemParams[C], options: { cause?: unknown; entry?: Entry<ProblemParams[C]> } = {}) {
    const { entry = (catalogue as Entries<ProblemParams>)[code], ...rest } = options;
    super(entry.message(params), rest);
    this.code = code;
    this.params = params;
    this.entry = entry;
  }

  get exitCode(): ExitCode {
    return this.entry.exit;
  }
}

/** True for a Problem, optionally for one of the given codes only. */
export function isProblem<C extends ProblemCode>(error: unknown, ...codes: C[]): error is Problem<C> {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code as C));
}
