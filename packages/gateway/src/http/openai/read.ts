import { pick } from '@polygate/core';
import { readJsonObject } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { HttpError } from '../http-error.ts';

/** Text alone is taken: a long conversation fits. */
const MOST_BYTES = 4_194_304;

export type Body = Record<string, unknown>;

/** The body of a request to an endpoint, as large as `gateway.http.endpoints.<name>.maxBodyBytes` lets it be. */
export function bodyFor(exchange: Exchange, endpoint: string): Promise<Body> {
  const set = pick(exchange.state.config.running, `gateway.http.endpoints.${endpoint}.maxBodyBytes`);
  return readJsonObject(exchange, typeof set === 'number' && set > 0 ? set : MOST_BYTES);
}

export const bad = (param: string, why: string): HttpError => new HttpError('INVALID_REQUEST', `${param} ${why}`, { param });

/** What could not be answered as it was meant; the client is told so instead. */
export const unsupported = (param: string, why: string): HttpError =>
  new HttpError('INVALID_REQUEST', `${param} ${why}`, { param, knownAs: 'unsupported_parameter' });

export function flagIn(body: Body, param: string): boolean {
  const value = body[param] ?? false;
  if (typeof value !== 'boolean') throw bad(param, 'is to be true or false');
  return value;
}

export function textIn(body: Body, param: string, most: number): string | undefined {
  const value = body[param] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.length > most) throw bad(param, `is to be a text of ${most} characters at most`);
  return value;
}

const TEXTS = ['text', 'input_text', 'output_text'];

/** What a message says: a text, or parts that are texts. */
export function contentOf(content: unknown, param: string): string {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (!Array.isArray(content)) throw bad(param, 'is to be a text or a list of parts');
  return content.map((part, i) => partOf(part, `${param}[${i}]`)).join('\n');
}

function partOf(part: unknown, param: string): string {
  const [type, text, refusal] = [pick(part, 'type'), pick(part, 'text'), pick(part, 'refusal')];
  if (TEXTS.includes(String(type)) && typeof text === 'string') return text;
  if (type === 'refusal' && typeof refusal === 'string') return refusal;
  throw unsupported(param, `is no text: this gateway hands on nothing else (type ${JSON.stringify(type)?.slice(0, 40)})`);
}

/** Tools of a client would be called by nobody: better said than silently left out. */
export function refuseTools(body: Body): void {
  const choice = body.tool_choice ?? 'auto';
  const isOffered = (param: string) => Array.isArray(body[param]) && (body[param] as unknown[]).length > 0;
  for (const param of ['tools', 'functions'])
    if (isOffered(param) && choice !== 'none')
      throw unsupported(
        param,
        'cannot be handed on: this gateway offers its models no tools. Leave them out, or set tool_choice to "none"',
      );
}

/** Parameters that change what an answer is: with another value than these it would not be the one that was asked for. */
export function refuseOthers(body: Body, allowed: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [param, values] of Object.entries(allowed)) {
    const value = body[param] ?? undefined;
    if (value === undefined || values.includes(value)) continue;
    const only = values.length > 0 ? `: only ${values.map((each) => JSON.stringify(each)).join(' or ')}` : '';
    throw unsupported(param, `is not supported by this gateway${only}`);
  }
}
