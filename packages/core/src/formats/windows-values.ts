import { Problem } from '../errors/problem.ts';

/**
 * Values as programs of Windows take them apart, each function beside its inverse. There is no argument vector: a program is
 * handed one line, and the C runtime of nearly every program splits it by the same rule.
 */

/** One argument, always in quotes. `\` counts only before a quote. Inverse: splitCommandLine. @throws Problem VALUE_UNQUOTABLE */
export function quoteArgument(value: string, what: string): string {
  refuseUnwritable(value, what);
  return `"${value.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/** A line for a program that is started without a shell: plain words as they are, the others in quotes. */
export const quoteCommandLine = (argv: readonly string[]): string =>
  argv.map((word, i) => (/^[\w@:/\\.,+=-]*[\w@:/.,+=-]$/.test(word) ? word : quoteArgument(word, nameOf(i)))).join(' ');

/** Words of a command line by the rule of the C runtime (`CommandLineToArgvW`, but for the program name's own rule). */
export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let i = 0; i < line.length; ) {
    const slashes = /^\\*/.exec(line.slice(i))?.[0].length ?? 0;
    const c = line.charAt(i + slashes);
    i += slashes + 1;
    if (c === '"') {
      word = (word ?? '') + '\\'.repeat(Math.floor(slashes / 2));
      if (slashes % 2 === 1) word += '"';
      else quoted = !quoted;
      continue;
    }
    if (slashes > 0) word = (word ?? '') + '\\'.repeat(slashes);
    if (c === '') break;
    if ((c === ' ' || c === '\t') && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** What no definition of Windows can carry: a line break, NUL or another control character but the tab, half a character. */
export function refuseUnwritable(value: string, what: string): void {
  if (/[\r\n\0]/.test(value)) throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'it contains a line break or NUL' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  if (/[\u0001-\u0008\u000b-\u001f\u007f]/.test(value))
    throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'it contains a control character' });
  if (/\p{Surrogate}|\p{Noncharacter_Code_Point}/u.test(value))
    throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'it is not valid Unicode' });
}

/** @throws Problem VALUE_UNQUOTABLE for a name that Windows takes apart */
export function refuseVariableName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  throw new Problem('VALUE_UNQUOTABLE', { what: `the variable name ${JSON.stringify(name)}`, reason: 'it is not a valid name' });
}

export const nameOf = (i: number): string => (i === 0 ? 'the program path' : `argument ${i}`);

/** Why a name cannot be that of a task or a service of Windows; undefined when it can. Facts: the Task Scheduler's own rules. */
export function whyNoTaskName(name: string): string | undefined {
  if (name === '') return 'it is empty';
  // A backslash makes folders, which an ordinary account may not create.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  if (/[\\/:*?"<>|\u0000-\u001f]/.test(name)) return String.raw`it has one of \ / : * ? " < > | in it, or a control character`;
  if (/^[ .]|[ .]$/.test(name)) return 'it begins or ends with a blank or a dot';
  if (name.length > 200) return 'it is longer than 200 characters';
  return undefined;
}
