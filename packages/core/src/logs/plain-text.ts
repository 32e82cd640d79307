const ESC = '\u001b';
const BEL = '\u0007';
/** Escape sequences of terminals: colours, titles, and what moves the cursor. */
const ESCAPES = new RegExp(
  `${ESC}(?:\\[[0-?]{0,32}[ -/]{0,8}[@-~]|\\][^${BEL}${ESC}]{0,1024}(?:${BEL}|${ESC}\\\\)?|[ -/]{0,8}[0-~])`,
  'g',
);
/** All but the tabulator, and what turns the direction of text around. */
const CONTROLS = /(?!\t)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** A line without what would move a cursor, change colours or turn text around. */
export const plainText = (line: string): string => line.replace(ESCAPES, '').replace(CONTROLS, '');
