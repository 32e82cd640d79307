import { Problem } from '@polygate/core';
import { type Command, optionName, takesValue } from './command.ts';
import { GLOBAL_OPTIONS, type Globals } from './globals.ts';

/** A command line taken apart: globals out, the command found, the rest for the command itself. */
export interface ParsedLine {
  globals: Globals;
  /** undefined: no such command; `words` are what was tried. */
  command: Command | undefined;
  words: string[];
  /** Arguments and options of the command. */
  rest: string[];
  help: boolean;
}

/**
 * Takes global options out of a command line wherever they stand, and finds the command that its words select. An option's
 * value is never taken for a global or a word: `--message --json` sends the text "--json".
 * @throws Problem OPTION_REPEATED or USAGE
 */
export function parseLine(argv: readonly string[], commands: readonly Command[]): ParsedLine {
  const { globals, rest, help } = hoist(argv, commands);
  const { command, words, remaining } = selectCommand(rest, commands);
  return { globals, command, words, rest: remaining, help };
}

/** `gateway --help`: the word alone runs a command, and also stands for all that follow it. `health` only runs one. */
export function namesGroup({ command, words }: ParsedLine): boolean {
  return words.length === 1 && command !== undefined && command.path.length > 1 && command.path[0] === words[0];
}

const GLOBALS_BY_NAME = new Map(GLOBAL_OPTIONS.map((option) => [`--${optionName(option)}`, option]));
const valued = (commands: readonly Command[]) =>
  new Set(
    commands
      .flatMap((c) => c.options ?? [])
      .filter(takesValue)
      .map((option) => `--${optionName(option)}`),
  );

function hoist(argv: readonly string[], commands: readonly Command[]): { globals: Globals; rest: string[]; help: boolean } {
  const found = new Map<string, string | true>();
  const takers = valued(commands);
  const rest: string[] = [];
  let help = false;
  for (let i = 0; i < argv.length; i += 1) {
    const token = argv[i] as string;
    if (token === '--') {
      rest.push(...argv.slice(i));
      break;
    }
    const [name, inline] = split(token);
    const option = GLOBALS_BY_NAME.get(name);
    if (option) {
      if (found.has(name)) throw new Problem('OPTION_REPEATED', { option: name });
      if (takesValue(option)) {
        const value = inline ?? argv[(i += 1)];
        if (value === undefined) throw new Problem('USAGE', { message: `${name} needs a value` });
        found.set(name, value);
      } else {
        if (inline !== undefined) throw new Problem('USAGE', { message: `${name} takes no value` });
        found.set(name, true);
      }
    } else if (name === '--help' || token === '-h') {
      help = true;
    } else {
      rest.push(token);
      const next = argv[i + 1];
      if (takers.has(name) && inline === undefined && next !== undefined) {
        rest.push(next);
        i += 1;
      }
    }
  }
  const text = (name: string) => found.get(name) as string | undefined;
  const globals: Globals = {
    dev: found.has('--dev'),
    json: found.has('--json'),
    color: !found.has('--no-color'),
    verbose: found.has('--verbose'),
    ...optional('product', text('--product')),
    ...optional('productFile', text('--product-file')),
    ...optional('profile', text('--profile')),
  };
  return { globals, rest, help };
}

/** The longest path among the words; options may stand between them. A group alone selects its default (`gateway` runs). */
function selectCommand(
  tokens: readonly string[],
  commands: readonly Command[],
): { command: Command | undefined; words: string[]; remaining: string[] } {
  const takers = valued(commands);
  const positions: number[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i] as string;
    if (token === '--') break;
    if (!token.startsWith('-') || token === '-') positions.push(i);
    else if (takers.has(token)) i += 1;
  }
  const words = positions.map((i) => tokens[i] as string);
  let best: { command: Command; length: number } | undefined;
  for (const command of commands) {
    for (const path of [command.path, ...(command.aliases ?? [])]) {
      if (path.every((word, i) => words[i] === word) && path.length > (best?.length ?? 0))
        best = { command, length: path.length };
    }
  }
  if (!best || isMistypedVerb(best, words, commands)) return { command: undefined, words, remaining: [...tokens] };
  const used = new Set(positions.slice(0, best.length));
  return { command: best.command, words, remaining: tokens.filter((_, i) => !used.has(i)) };
}

/** `gateway instal`: a group's default takes no argument, so the word can only be meant as one of its verbs. */
function isMistypedVerb(
  best: { command: Command; length: number },
  words: readonly string[],
  commands: readonly Command[],
): boolean {
  const isGroup = best.length === 1 && commands.some(({ path }) => path.length > 1 && path[0] === words[0]);
  return isGroup && !best.command.args && words.length > 1;
}

function split(token: string): [name: string, inline: string | undefined] {
  const at = token.indexOf('=');
  return at > 0 && token.startsWith('--') ? [token.slice(0, at), token.slice(at + 1)] : [token, undefined];
}

const optional = <K extends string>(key: K, value: string | undefined) => (value === undefined ? {} : { [key]: value });
