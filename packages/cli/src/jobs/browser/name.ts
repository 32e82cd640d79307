import { browserProblem, isBrowserProfileName } from '@polygate/core/browser';

/** @throws Problem BROWSER_PROFILE_NAME_INVALID */
export function checkBrowserProfileName(name: string): string {
  if (!isBrowserProfileName(name)) throw browserProblem('BROWSER_PROFILE_NAME_INVALID', { name });
  return name;
}
