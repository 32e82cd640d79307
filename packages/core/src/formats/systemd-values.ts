import { Problem } from '../errors/problem.ts';

/**
 * Quoting of values in unit files (systemd.syntax(7), systemd.service(5) «Command lines»), each function beside its inverse.
 * Specifiers (%) are doubled everywhere; `$` is doubled in arguments only, where systemd would substitute variables.
 */

/** A command line: program and arguments. The program must be an absolute path. */
export function quoteExec(argv: readonly string[]): string {
  return argv
    .map((word, i) => {
      refuseUnwritable(word, i === 0 ? 'the program path' : `argument ${i}`);
      // The program itself is not subject to variable substitution, its arguments are.
      return quoteWord(i === 0 ? word : word.replaceAll('$', '$$$$'));
    })
    .join(' ');
}

/** Inverse of quoteExec; variables (`$FOO`) stay as written. Leading modifiers of the program (`-`, `@`, `:` …) are dropped. */
export function parseExec(value: string): string[] {
  return splitWords(value).map((word, i) => (i === 0 ? word.replace(/^[-@:+!|]+/, '') : word.replaceAll('$$', '$')));
}

/** One `Environment=` assignment. */
export function quoteAssignment(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new Problem('VALUE_UNQUOTABLE', {
      what: `the variable name ${JSON.stringify(name)}`,
      reason: 'it is not a valid name',
    });
  }
  refuseUnwritable(value, `the value of ${name}`);
  // systemd drops assignments with control characters other than tab.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  if (/[\u0001-\u0008\u000b-\u001f\u007f]/.test(value)) {
    throw new Problem('VALUE_UNQUOTABLE', { what: `the value of ${name}`, reason: 'it contains a control character' });
  }
  return quoteWord(`${name}=${value}`);
}

/** The assignments of one `Environment=` value, in order. Words without "=" are ignored, as systemd does. */
export function parseAssignments(value: string): [name: string, value: string][] {
  return splitWords(value).flatMap((word) => {
    const at = word.indexOf('=');
    return at > 0 ? [[word.slice(0, at), word.slice(at + 1)] as [string, string]] : [];
  });
}

/** A value that is not split into words: Description=, WorkingDirectory=. */
export function quotePlain(value: string, what: string): string {
  refuseUnwritable(value, what);
  if (value !== value.trim() || value.endsWith('\\')) {
    throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'it begins or ends with a blank, or ends with a backslash' });
  }
  return value.replaceAll('%', '%%');
}

export function parsePlain(value: string): string {
  return value.replaceAll('%%', '%');
}

/** A path of EnvironmentFile=, which systemd also reads as a glob pattern. `optional`: no failure when the file is missing. */
export function quoteGlobPath(path: string, optional: boolean): string {
  return (optional ? '-' : '') + quotePlain(path, 'the environment file path').replaceAll(/[\\*?[\]]/g, '\\$&');
}

export function parseGlobPath(value: string): { path: string; optional: boolean } {
  const optional = value.startsWith('-');
  return { path: parsePlain((optional ? value.slice(1) : value).replaceAll(/\\(.)/g, '$1')), optional };
}

function refuseUnwritable(value: string, what: string): void {
  if (/[\r\n\0]/.test(value)) {
    throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'it contains a line break or NUL' });
  }
  if (/\p{Surrogate}/u.test(value)) throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'it is not valid Unicode' });
}

const PLAIN_WORD = /^[A-Za-z0-9_./:=@,+-][A-Za-z0-9_./:=@,+%$-]*$/;

function quoteWord(word: string): string {
  const doubled = word.replaceAll('%', '%%');
  if (PLAIN_WORD.test(word)) return doubled;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are written as escapes
  const escaped = doubled.replace(/["\\]/g, '\\$&').replace(/[\u0001-\u001f\u007f]/g, hexEscape);
  return `"${escaped}"`;
}

const hexEscape = (c: string) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
const ESCAPES: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** Words as extract_first_word() with unquoting and C escapes takes them apart; `%%` is undone at the end. */
export function splitWords(value: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < value.length; i += 1) {
    const c = value.charAt(i);
    if (c === '\\') {
      const { text, length } = unescapeAt(value, i + 1);
      word = (word ?? '') + text;
      i += length;
    } else if (quote !== undefined) {
      if (c === quote) quote = undefined;
      else word = (word ?? '') + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + c;
    }
  }
  if (word !== undefined) words.push(word);
  return words.map((w) => w.replaceAll('%%', '%'));
}

function unescapeAt(value: string, at: number): { text: string; length: number } {
  const c = value.charAt(at);
  const digits = { x: 2, u: 4, U: 8 }[c];
  if (digits !== undefined) {
    const hex = value.slice(at + 1, at + 1 + digits);
    if (/^[0-9a-f]+$/i.test(hex) && hex.length === digits) {
      return { text: String.fromCodePoint(Number.parseInt(hex, 16)), length: 1 + digits };
    }
  }
  return c in ESCAPES ? { text: ESCAPES[c] as string, length: 1 } : { text: `\\${c}`, length: 1 };
}
