import { type BrowserParams, browserEntries } from './catalogue/browser.ts';
import { type MakeProblem, problemsOf } from './problems-of.ts';

export type BrowserCode = keyof BrowserParams;

/** A problem with a browser: commands that have nothing to do with browsers do not load these texts. */
export const browserProblem: MakeProblem<BrowserParams> = problemsOf<BrowserParams>(browserEntries);

/** True for a code of these, as another process said it. */
export const isBrowserCode = (code: string): code is BrowserCode => Object.hasOwn(browserEntries, code);
