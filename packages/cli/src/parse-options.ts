import { Problem } from '@polygate/core';
import { Command as Commander, CommanderError, Option } from 'commander';
import { type Command, type Options, optionName, takesValue } from './command.ts';
import { GLOBAL_OPTIONS } from './globals.ts';

/** The commander command of one of ours: its options, arguments and help. */
export function toCommander(command: Command, program: string): Commander {
  const name = [program, ...command.path].join(' ');
  const made = new Commander(name).description(command.summary).exitOverride().helpOption('-h, --help', 'Show this help');
  made.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const { name: argument, description } of command.args ?? []) made.argument(argument, description);
  for (const { flags, description, choices, hidden, inline } of command.options ?? []) {
    if (inline) made.addOption(new Option(`${flags}-${inline}`).hideHelp());
    const option = new Option(flags, description);
    if (choices) option.choices(choices);
    if (hidden) option.hideHelp();
    made.addOption(option);
  }
  const examples = (command.examples ?? []).map((line) => `  $ ${program} ${line}`).join('\n');
  if (examples) made.addHelpText('after', `\nExamples:\n${examples}`);
  made.addHelpText('after', globalHelp);
  return made;
}

/** Options and arguments of a command line, checked. @throws Problem USAGE or OPTION_REPEATED */
export function parseOptions(command: Command, program: string, rest: readonly string[]): { options: Options; args: string[] } {
  const own = optionPositions(command, rest);
  refuseRepeated(command, rest, own);
  const made = toCommander(command, program);
  const tokens = rest.map((token, i) => (own.has(i) ? withInline(command, token) : token));
  try {
    made.parse(tokens, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const message = error.message.replace(/^error: /, '');
    throw new Problem('USAGE', { message, topic: command.path.join(' ') }, { cause: error });
  }
  return { options: made.opts<Options>(), args: made.args };
}

/** The help of one command. */
export function commandHelp(command: Command, program: string): string {
  const made = toCommander(command, program);
  let text = '';
  made.configureOutput({ writeOut: (chunk) => (text += chunk) });
  made.outputHelp();
  return text;
}

const globalHelp = `\nGlobal options:\n${GLOBAL_OPTIONS.map((o) => `  ${o.flags.padEnd(23)} ${o.description}`).join('\n')}`;

/** Where options stand: not as the value of another one (`--message --force=any`), and not behind `--`. */
function optionPositions(command: Command, rest: readonly string[]): Set<number> {
  const takers = new Set((command.options ?? []).filter(takesValue).map((option) => `--${optionName(option)}`));
  const positions = new Set<number>();
  for (let i = 0; i < rest.length && rest[i] !== '--'; i += 1) {
    positions.add(i);
    if (takers.has(rest[i] as string)) i += 1;
  }
  return positions;
}

/** `--force=any` as the option of its own that commander knows it by. */
function withInline(command: Command, token: string): string {
  const at = token.indexOf('=');
  const [name, value] = at < 0 ? [token, undefined] : [token.slice(0, at), token.slice(at + 1)];
  const option = (command.options ?? []).find((o) => o.inline !== undefined && o.flags === name);
  if (!option || value === undefined) return token;
  if (value !== option.inline)
    throw new Problem('OPTION_INVALID', {
      option: option.flags,
      value,
      expected: `${option.flags} or ${option.flags}=${option.inline}`,
    });
  return `${option.flags}-${value}`;
}

// commander lets the last one win in silence.
function refuseRepeated(command: Command, rest: readonly string[], positions: ReadonlySet<number>): void {
  const names = (command.options ?? []).filter((o) => !o.flags.includes('...')).map((o) => `--${optionName(o)}`);
  const seen = new Set<string>();
  for (const [i, token] of rest.entries()) {
    const name = token.split('=', 1)[0] as string;
    if (!positions.has(i) || !names.includes(name)) continue;
    if (seen.has(name)) throw new Problem('OPTION_REPEATED', { option: name });
    seen.add(name);
  }
}
