import { Problem } from '@polygate/core';

/** A whole number option, within its bounds. @throws Problem OPTION_INVALID */
export function numberOption(option: string, text: unknown, usual: number, most: number = 3_600_000): number {
  const least = 1;
  if (text === undefined) return usual;
  const value = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new Problem('OPTION_INVALID', { option, value: String(text), expected: `a whole number from ${least} to ${most}` });
  }
  return value;
}
