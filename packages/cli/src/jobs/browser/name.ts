import { Problem } from '@polygate/core';

/** The rule of the family, which is another one than for profiles: no capitals, no "_". */
export const isBrowserProfileName = (name: string): boolean => /^[a-z0-9][a-z0-9-]{0,63}$/.test(name);

/** @throws Problem BROWSER_PROFILE_NAME_INVALID */
export function checkBrowserProfileName(name: string): string {
  if (!isBrowserProfileName(name)) throw new Problem('BROWSER_PROFILE_NAME_INVALID', { name });
  return name;
}
