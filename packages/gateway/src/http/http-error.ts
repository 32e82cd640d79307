import { pick } from '@polygate/core';
import { WireError } from '../wire-error.ts';

export type HttpCode =
  | 'INVALID_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'TIMEOUT'
  | 'CONFLICT'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_TYPE'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'AGENT_TIMEOUT';

const STATUS: Record<HttpCode, number> = {
  INVALID_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TIMEOUT: 408,
  CONFLICT: 409,
  TOO_LARGE: 413,
  UNSUPPORTED_TYPE: 415,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  AGENT_TIMEOUT: 504,
};

interface More {
  status?: number;
  headers?: Record<string, string>;
  /** The part of the request that it is about, as OpenAI's clients are told. */
  param?: string;
  /** What those know it by, where it is not our own code. */
  knownAs?: string;
}

/** A refusal that is told to the client with the status of its code. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpCode;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly param: string | undefined;
  readonly knownAs: string;
  constructor(code: HttpCode, message: string, more: More = {}) {
    const { status = STATUS[code], headers = {}, param, knownAs = code.toLowerCase() } = more;
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
    this.param = param;
    this.knownAs = knownAs;
  }
}

/** Clients of OpenAI's API ask again after most failures, unless they are told that it is in vain. */
const IN_VAIN = { 'X-Should-Retry': 'false' };

/** What a refusal on the wire is in HTTP; undefined for what is no refusal of ours. */
export function asHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (!(error instanceof WireError)) return undefined;
  const { code, message, retryable, retryAfterMs = 1_000 } = error.shape;
  switch (code) {
    case 'INVALID_REQUEST':
      return new HttpError('INVALID_REQUEST', message);
    case 'AGENT_TIMEOUT':
      return new HttpError('AGENT_TIMEOUT', message, { headers: IN_VAIN });
    case 'NOT_PAIRED':
      return new HttpError('FORBIDDEN', message);
    case 'NOT_LINKED':
      return new HttpError('CONFLICT', message, { headers: IN_VAIN });
    default:
      if (pick(error.shape.details, 'code') === 'ABORTED') return new HttpError('UNAVAILABLE', message, { headers: IN_VAIN });
      return retryable
        ? new HttpError('UNAVAILABLE', message, { headers: { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) } })
        : new HttpError('UNAVAILABLE', message, { status: 502, headers: IN_VAIN });
  }
}

/** The document of an error: OpenAI's below /v1, where it is their API, and the family's elsewhere. */
export function errorBody(path: string, error: HttpError): unknown {
  if (/^\/v1(\/|$)/.test(path)) return openAiError(error);
  const { code, message } = error;
  return { ok: false, error: { code, type: code.toLowerCase(), message } };
}

/** As OpenAI's API tells an error. */
export const openAiError = ({ status, message, param, knownAs }: HttpError): unknown => ({
  error: { message, type: openAiType(status), param: param ?? null, code: knownAs },
});

function openAiType(status: number): string {
  if (status === 401) return 'authentication_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
