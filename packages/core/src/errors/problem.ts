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

  constructor(code: C, params: ProblemParams[C], options?: { cause?: unknown }) {
    super(catalogue[code].message(params), options);
    this.code = code;
    this.params = params;
  }

  get exitCode(): ExitCode {
    return catalogue[this.code].exit;
  }
}

/** True for a Problem, optionally for one of the given codes only. */
export function isProblem<C extends ProblemCode>(error: unknown, ...codes: C[]): error is Problem<C> {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code as C));
}
