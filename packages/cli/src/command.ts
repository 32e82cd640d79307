import type { ExitCode, OutputName } from '@polygate/core';
import type { Context } from './context.ts';

export interface OptionSpec {
  /** As in the help: `--port <port>`, `--force`, `--bind <mode>`. */
  flags: string;
  description: string;
  choices?: readonly string[];
  /** Accepted for scripts written for the family; not in the help. */
  hidden?: boolean;
  /** A value that it takes only with "=", so that the word after it is never swallowed. Arrives as the option `<name>-<value>`. */
  inline?: string;
}

export interface ArgumentSpec {
  /** `<method>` is needed, `[names...]` is any number. */
  name: string;
  description: string;
}

/** What a command gives back; printing is the last step (output/). */
export interface Outcome {
  exitCode?: ExitCode;
  /** The document for --json. Commands that stream print as they go and leave it out. */
  json?: unknown;
  /** The same for people. */
  text?: string;
}

export type Options = Readonly<Record<string, string | boolean | string[] | undefined>>;

export type Handler = (context: Context, options: Options, args: readonly string[]) => Promise<Outcome>;

/** A command as data; its body is loaded only when it is run. */
export interface Command {
  /** The words that select it: ['gateway', 'install']. */
  path: readonly string[];
  aliases?: readonly (readonly string[])[];
  summary: string;
  examples?: readonly string[];
  /** read changes nothing · write changes something · destructive cannot be taken back · run stays in the foreground */
  effect: 'read' | 'write' | 'destructive' | 'run';
  args?: readonly ArgumentSpec[];
  options?: readonly OptionSpec[];
  /** What it prints with --json, by the names of the published schemas. A failure has the schema `failure`, whoever prints it. */
  prints: readonly OutputName[];
  /** With --json it prints one object a line, a failure too. */
  streams?: boolean;
  /** Not in the help. */
  hidden?: boolean;
  load(): Promise<Handler>;
}

/** True for an option that takes a value: `--port <port>`. */
export function takesValue(option: OptionSpec): boolean {
  return option.flags.includes('<');
}

/** The long name: `--port <port>` is port. */
export function optionName(option: OptionSpec): string {
  return /--([a-z][a-z-]*)/.exec(option.flags)?.[1] ?? option.flags;
}
