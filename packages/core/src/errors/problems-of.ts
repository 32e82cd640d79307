import type { Entries } from './catalogue/entry.ts';
import type { ProblemCode, ProblemParams } from './catalogue.ts';
import { Problem } from './problem.ts';

/** Makes problems of one theme: codes that only some commands know, with their texts, apart from the catalogue that all load. */
export type MakeProblem<P> = <C extends keyof P & ProblemCode>(
  code: C,
  params: ProblemParams[C],
  options?: { cause?: unknown },
) => Problem<C>;

export const problemsOf =
  <P>(entries: Entries<P>): MakeProblem<P> =>
  (code, params, options = {}) =>
    new Problem(code, params, { ...options, entry: entries[code] as never });
