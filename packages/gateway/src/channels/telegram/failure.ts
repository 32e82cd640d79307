import { redact } from '@polygate/core';
import { NotSent, SendUnsure } from '../send-error.ts';
import { GrammyError, HttpError } from './bot-api.mjs';

/** What went wrong with a call of the Bot API. */
export interface Failure {
  reason: string;
  /** refused: the token is none · conflict: somebody else asks with it · wrong: this call will never do · away: nobody answers */
  kind: 'refused' | 'conflict' | 'wrong' | 'busy' | 'away';
  /** It wants to be left alone for so long. */
  waitMs: number | undefined;
}

export function failureOf(error: unknown, token: string): Failure {
  if (error instanceof GrammyError) {
    const { error_code: code, description, parameters } = error;
    const waitMs = parameters.retry_after === undefined ? undefined : parameters.retry_after * 1_000;
    return { reason: redact(`${code} ${description}`, [token]), kind: kindOf(code), waitMs };
  }
  const inner = error instanceof HttpError ? error.error : error;
  const { message, cause } = inner as Error;
  return { reason: redact(cause instanceof Error ? cause.message : message, [token]), kind: 'away', waitMs: undefined };
}

function kindOf(code: number): Failure['kind'] {
  if (code === 401 || code === 404) return 'refused';
  if (code === 409) return 'conflict';
  if (code === 429) return 'busy';
  return code >= 500 ? 'away' : 'wrong';
}

/** A failed call as the failure of a message. Where nobody answered, the message may have gone out all the same. */
export function sendFailure(error: unknown, token: string): NotSent | SendUnsure {
  const { kind, reason } = failureOf(error, token);
  if (error instanceof GrammyError) return new NotSent('telegram', reason, kind === 'busy' || kind === 'away');
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(reason)
    ? new NotSent('telegram', reason, true)
    : new SendUnsure('telegram', reason);
}
