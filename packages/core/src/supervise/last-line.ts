import { redact } from '../errors/redact.ts';
import { plainText } from '../logs/plain-text.ts';

/** So much of a line is kept. */
const MOST = 500;
/** What follows the message of an uncaught error: frames of the stack, what closes an object, and since Node 17 its version. */
const TRAILER = /^(?:\s+at .*|[\s\])};,]*|Node\.js v\d+\.\S+)$/;

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
