import type { ProblemCode } from './catalogue.ts';
import type { ExitCode } from './exit-codes.ts';
import { Problem } from './problem.ts';
import { redact } from './redact.ts';

export interface RenderedProblem {
  code: ProblemCode;
  message: string;
  hint: string;
  exitCode: ExitCode;
  /** Values of the problem that scripts may want (offending value, issues, pid …); never a secret. */
  details?: Record<string, unknown>;
}

export interface RenderOptions {
  /** The command as the user would type it again, with product and profile: `polygate --profile rescue`. */
  command: string;
  secrets?: Iterable<string>;
}

/** Turns anything thrown into the one shape that commands print: `{code, message, hint}` with an exit code. */
export function renderProblem(error: unknown, { command, secrets = [] }: RenderOptions): RenderedProblem {
  const problem = error instanceof Problem ? error : asUnexpected(error);
  const entry = problem.entry as { message(p: unknown): string; hint(p: unknown, command: string): string };
  const known = [...secrets];
  const details = scrubbed(problem.params as Record<string, unknown>, known);
  return {
    code: problem.code,
    message: redact(entry.message(problem.params), known),
    hint: redact(entry.hint(problem.params, command), known),
    exitCode: problem.exitCode,
    ...(Object.keys(details).length > 0 ? { details } : {}),
  };
}

function asUnexpected(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return new Problem('UNEXPECTED', { message }, { cause: error });
}

function scrubbed(params: Record<string, unknown>, secrets: string[]): Record<string, unknown> {
  const text = JSON.stringify(params, (_, value) => (typeof value === 'string' ? redact(value, secrets) : value));
  return JSON.parse(text ?? '{}') as Record<string, unknown>;
}
