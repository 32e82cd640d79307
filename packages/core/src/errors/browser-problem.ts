import { type BrowserParams, browserEntries } from './catalogue/browser.ts';
import { Problem } from './problem.ts';

export type BrowserCode = keyof BrowserParams;

/** A problem with a browser. Its texts come with it: commands that have nothing to do with browsers do not load them. */
export function browserProblem<C extends BrowserCode>(
  code: C,
  params: BrowserParams[C],
  options: { cause?: unknown } = {},
): Problem<C> {
  return new Problem<C>(code, params as Problem<C>['params'], { ...options, entry: browserEntries[code] as never });
}

/** True for a code of these, as another process said it. */
export const isBrowserCode = (code: string): code is BrowserCode => Object.hasOwn(browserEntries, code);
