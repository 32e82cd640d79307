import { Problem } from '@polygate/core';

/** A value that is given as JSON; undefined when it is not given. @throws Problem OPTION_INVALID */
export function jsonOption(option: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem('OPTION_INVALID', { option, value: text, expected: 'JSON, for example \'{"limit": 5}\'' });
  }
}
