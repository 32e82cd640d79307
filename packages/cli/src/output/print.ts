import { type ExitCode, type FailureDocument, type HelpDocument, type RenderedProblem, SCHEMA_VERSION } from '@polygate/core';
import type { Outcome } from '../command.ts';
import { writeOut } from './stdout.ts';
import { style } from './style.ts';

/** Prints what a command gave back, as JSON or for people. The last thing that a run does. */
export function printOutcome({ json, text, exitCode = 0 }: Outcome, asJson: boolean): ExitCode {
  if (asJson && json !== undefined) writeOut(`${JSON.stringify(json, null, 2)}\n`);
  else if (!asJson && text) writeOut(text.endsWith('\n') ? text : `${text}\n`);
  return exitCode;
}

/** The document of a command with what it warned of; people have read that on stderr. */
export function withWarnings(outcome: Outcome, warnings: readonly string[]): Outcome {
  if (warnings.length === 0 || outcome.json === undefined) return outcome;
  const document = outcome.json as { warnings?: readonly string[] };
  return { ...outcome, json: { ...document, warnings: [...(document.warnings ?? []), ...warnings] } };
}

/** Prints a failure: one JSON document on stdout (on one line among the lines of a stream), or an error and a hint on stderr. */
export function printProblem(problem: RenderedProblem, asJson: boolean, oneLine = false): ExitCode {
  const { code, message, hint, exitCode } = problem;
  if (asJson) {
    writeOut(`${JSON.stringify(failureDocument(problem), null, oneLine ? 0 : 2)}\n`);
  } else {
    process.stderr.write(
      `${style('red', 'error:')} ${message} ${style('dim', `[${code}]`)}\n${style('cyan', 'hint:')}  ${hint}\n`,
    );
  }
  return exitCode;
}

/** A failure as any command prints it with --json. */
export function failureDocument({ code, message, hint, details }: RenderedProblem): FailureDocument {
  return { ok: false, schemaVersion: SCHEMA_VERSION, error: { code, message, hint, details } };
}

/** The help, also as the one document that --json promises. */
export function helpOutcome(text: string): Outcome {
  return { text, json: { ok: true, schemaVersion: SCHEMA_VERSION, help: text } satisfies HelpDocument };
}
