import { Problem, type Program } from '@polygate/core';

/** What --program says. @throws Problem OPTION_INVALID */
export function parseProgram(text: string | undefined): Program | undefined {
  if (text === undefined || text === 'reference') return text;
  throw new Problem('OPTION_INVALID', { option: '--program', value: text, expected: "reference (Polygate's own gateway)" });
}
