import { Problem } from '@polygate/core';
import { Command as Commander } from 'commander';
import type { ParsedLine } from './argv.ts';
import type { Command, Outcome } from './command.ts';
import { COMMANDS, GROUPS } from './commands/index.ts';
import type { Context } from './context.ts';
import { GLOBAL_OPTIONS } from './globals.ts';
import { helpOutcome } from './output/print.ts';

/**
 * The help of a group (`gateway --help`) or of everything; for words that select nothing, the error with the nearest name.
 * @throws Problem USAGE for an unknown command
 */
export function groupHelp(line: ParsedLine, { program }: Context): Outcome {
  const [first, second] = line.words;
  const members = first === undefined ? [] : visible().filter((c) => c.path[0] === first && c.path.length > 1);
  // Somebody who forgot the command is helped by the list; a program that did has asked wrong.
  if (line.globals.json && !line.help && second === undefined && (first === undefined || members.length > 0)) {
    throw new Problem('USAGE', { message: `no command is given after ${[program, ...line.words].join(' ')}` });
  }
  if (first === undefined) return { ...helpOutcome(overview(program)), exitCode: line.help ? 0 : 2 };
  if (members.length > 0 && (second === undefined || line.help)) {
    const text = listing(`${program} ${first}`, GROUPS[first] ?? '', members, 1);
    return { ...helpOutcome(text), exitCode: line.help ? 0 : 2 };
  }
  throw unknown(line.words, program);
}

const visible = (): readonly Command[] => COMMANDS.filter((c) => !c.hidden);

function overview(program: string): string {
  const seen = new Set<string>();
  const top = visible().flatMap((command) => {
    const [noun = ''] = command.path;
    if (seen.has(noun)) return [];
    seen.add(noun);
    return [command.path.length > 1 ? { ...command, path: [noun], summary: GROUPS[noun] ?? command.summary } : command];
  });
  return listing(
    program,
    'Runs many agent gateways on one host, each sealed in a profile of its own, and keeps them running.',
    top,
    0,
  );
}

function listing(name: string, description: string, commands: readonly Command[], depth: number): string {
  const made = new Commander(name).description(description).usage('<command> [options]').helpCommand(false).exitOverride();
  made.helpOption('-h, --help', 'Show this help; after a command, the help of that command');
  for (const command of commands)
    made.command(command.path.slice(depth).join(' ')).description(command.summary).helpOption(false);
  for (const { flags, description: text } of GLOBAL_OPTIONS) made.option(flags, text);
  let text = '';
  made.configureOutput({ writeOut: (chunk) => (text += chunk) });
  made.outputHelp();
  return text;
}

/** commander finds the nearest name; it only needs the tree. */
function unknown(words: readonly string[], program: string): Problem {
  // Without its own `help`, which is no command here and would be the nearest name of `health`.
  const root = new Commander(program).exitOverride().helpCommand(false);
  root.configureOutput({ writeErr: () => undefined });
  for (const path of visible().flatMap((c) => [c.path, ...(c.aliases ?? [])])) {
    let at = root;
    for (const word of path) at = at.commands.find((c) => c.name() === word) ?? at.command(word).exitOverride();
  }
  try {
    root.parse([...words], { from: 'user' });
  } catch (error) {
    const message = (error as Error).message.replace(/^error: /, '').replace('\n', ' ');
    if (message.startsWith('unknown command')) return new Problem('USAGE', { message });
  }
  return new Problem('USAGE', { message: `unknown command '${words.join(' ')}'` });
}
