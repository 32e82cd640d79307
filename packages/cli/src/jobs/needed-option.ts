import { Problem } from '@polygate/core';

/** The text of an option that there is no default for. @throws Problem OPTION_INVALID */
export function neededOption(option: string, value: unknown, expected: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Problem('OPTION_INVALID', { option, value: typeof value === 'string' ? value : '', expected });
}
