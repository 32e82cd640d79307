import { isProblem, type Problem, type ProblemCode } from '@polygate/core';

/** A request about browsers, whichever way it came. */
export interface BrowserRequest {
  method: string;
  /** `/tabs/open`, with no query. */
  path: string;
  profile: string | undefined;
  /** Parsed JSON of any shape. */
  body: unknown;
}

export interface BrowserAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** A request that makes no sense, in the words of HTTP. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const STATUS: Partial<Record<ProblemCode, number>> = {
  BROWSER_URL_REFUSED: 400,
  BROWSER_PROFILE_UNKNOWN: 404,
  BROWSER_PROFILE_NAME_INVALID: 400,
  BROWSER_TAB_UNKNOWN: 404,
  BROWSER_ATTACH_ONLY: 409,
  BROWSER_PROFILE_IN_USE: 409,
  BROWSER_DISABLED: 503,
  BROWSER_KEEPS_CRASHING: 503,
  BROWSER_UNREACHABLE: 502,
  BROWSER_PAGE_FAILED: 502,
  BROWSER_TIMEOUT: 504,
};

/** A refusal: `error` is the family's, `code` and `details` are those of a Problem. undefined for what was not foreseen. */
export function refusalOf(error: unknown): BrowserAnswer | undefined {
  if (error instanceof RequestRefused) return { status: error.status, body: { error: error.message } };
  if (!isProblem(error)) return undefined;
  const { code, message, params } = error as Problem;
  return { status: STATUS[code] ?? 500, body: { error: message, code, details: params } };
}
