import path from 'node:path';
import { calledAs, defaultProduct, type ExitCode, Problem, productOfCommand, redact, renderProblem } from '@polygate/core';
import { namesGroup, type ParsedLine, parseLine } from './argv.ts';
import { type Command, type Options, optionName } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { version } from './commands/version.ts';
import { type Context, createContext } from './context.ts';
import type { Told } from './jobs/as-service.ts';
import { helpOutcome, printOutcome, printProblem, withWarnings } from './output/print.ts';
import { isTerminal } from './output/stdout.ts';
import { setColour } from './output/style.ts';
import { VERSION } from './version.ts';

type Chosen = (command: string) => void;

/** Runs one command line and gives its exit code. `chosen` is told which command it is, and with which options. */
export async function main(given: readonly string[], chosen: Chosen): Promise<ExitCode> {
  // Some managers give a service what others do by themselves in variables (core/service/parking.ts).
  const { POLYGATE_ENV_FILE, POLYGATE_PARKED_FILE } = process.env;
  if (POLYGATE_ENV_FILE === undefined && POLYGATE_PARKED_FILE === undefined) return runCommand(given, chosen, {});
  const { runAsService } = await import('./jobs/as-service.ts');
  return runAsService((told) => runCommand(given, chosen, told), given);
}

export type Main = typeof main;

async function runCommand(given: readonly string[], chosen: Chosen, told: Told): Promise<ExitCode> {
  const { program, launcher, argv } = calledAs(programName(process.argv[1] ?? 'polygate'), given);
  const own = launcher ? program : productOfCommand(program);
  let line: ParsedLine | undefined;
  let context: Context | undefined;
  try {
    if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) return printOutcome({ text: VERSION }, false);
    line = parseLine(argv, COMMANDS);
    chosen(nameOf(line));
    setColour(line.globals.color && !process.env.NO_COLOR && isTerminal());
    context = createContext({ program, own, product: productOf(own, line), globals: line.globals });
    return await run(line, context);
  } catch (error) {
    const secrets = context?.secrets ?? [];
    const problem = renderProblem(error, { command: context?.commandLine ?? program, secrets });
    told.reason = problem.message;
    if (!(error instanceof Problem) && argv.includes('--verbose')) process.stderr.write(`${redact(stackOf(error), secrets)}\n`);
    return printProblem(problem, argv.includes('--json'), line?.command?.streams);
  }
}

async function run(line: ParsedLine, context: Context): Promise<ExitCode> {
  const { globals, help } = line;
  const asksVersion = line.command === undefined && ['--version', '-V'].includes(line.rest.join(' '));
  const { command, rest } = asksVersion ? { command: version, rest: [] } : line;
  if (!command || (help && (command.hidden || namesGroup(line)))) {
    const { groupHelp } = await import('./help.ts');
    return printOutcome(groupHelp(line, context), globals.json);
  }
  if (help) {
    const { commandHelp } = await import('./parse-options.ts');
    return printOutcome(helpOutcome(commandHelp(command, context.program)), globals.json);
  }
  const { options, args } = await optionsOf(command, rest, context.program);
  const handler = await command.load();
  return printOutcome(withWarnings(await handler(context, options, args), context.warnings), globals.json);
}

/** Options and arguments. Without an option there is nothing to make sense of, and no need to load what does. */
async function optionsOf(
  command: Command,
  rest: readonly string[],
  program: string,
): Promise<{ options: Options; args: string[] }> {
  const wanted = command.args ?? [];
  const needed = wanted.filter(({ name }) => name.startsWith('<')).length;
  const most = wanted.at(-1)?.name.includes('...') ? Number.POSITIVE_INFINITY : wanted.length;
  if (rest.length >= needed && rest.length <= most && !rest.some((word) => word.startsWith('-')))
    return { options: {}, args: [...rest] };
  const { parseOptions } = await import('./parse-options.ts');
  return parseOptions(command, program, rest);
}

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** The name this was called by, without the ending that a link or Windows may lack. */
function programName(script: string): string {
  return path.basename(script).replace(/\.[cm]?js$/, '');
}

function productOf(own: string | undefined, { globals }: ParsedLine): string {
  return globals.product ?? own ?? (process.env.POLYGATE_PRODUCT?.trim() || defaultProduct);
}

/** Other options are other code. Only names of ours, nothing that was typed. */
function nameOf({ command, rest, help, globals }: ParsedLine): string {
  const given = new Set(rest.map((word) => word.replace(/=.*/s, '')));
  const options = (command?.options ?? []).map((option) => `--${optionName(option)}`).filter((name) => given.has(name));
  const what = help ? ['help'] : (command?.path ?? []);
  return [...what, ...options, ...(globals.json ? ['--json'] : [])].join(' ');
}
