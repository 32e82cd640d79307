import { redact } from '../errors/redact.ts';

/** So much of a line is kept. */
const MOST = 500;
const ESC = '\u001b';
const BEL = '\u0007';
/** Escape sequences of terminals: colours, titles, and what moves the cursor. */
const ESCAPES = new RegExp(
  `${ESC}(?:\\[[0-?]{0,32}[ -/]{0,8}[@-~]|\\][^${BEL}${ESC}]{0,1024}(?:${BEL}|${ESC}\\\\)?|[ -/]{0,8}[0-~])`,
  'g',
);
/** All but the tabulator, and what turns the direction of text around. */
const CONTROLS = /(?!\t)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;
/** What follows the message of an uncaught error: frames of the stack, what closes an object, and since Node 17 its version. */
const TRAILER = /^(?:\s+at .*|[\s\])};,]*|Node\.js v\d+\.\S+)$/;

/** A line without what would move a cursor, change colours or turn text around. */
export const plainText = (line: string): string => line.replace(ESCAPES, '').replace(CONTROLS, '');

/**
 * The last words in the tail of a log: its last line that says something, at most 500 characters of it, secrets masked; null when
 * there is none. `begun`: the tail begins in the middle of the log, perhaps within a line, perhaps within a secret.
 */
export function lastWords(tail: string, secrets: Iterable<string>, begun: boolean): string | null {
  const lines = tail.split(/\r?\n|\r/).map((line) => plainText(line).trimEnd());
  const whole = begun && lines.length > 1 ? lines.slice(1) : lines;
  const line = whole.findLast((each) => !TRAILER.test(each)) ?? whole.findLast((each) => each.trim() !== '');
  if (line === undefined) return null;
  const masked = redact(line, secrets).trim();
  // Only the end of a line that is longer than the tail is known.
  return begun && lines.length === 1 ? masked.slice(-MOST) : masked.slice(0, MOST);
}
