import type { Issue } from './errors/catalogue.ts';
import type { SchemaError } from './validator.ts';

/** Mismatches of a validator as issues with paths. */
export function schemaIssues(errors: readonly SchemaError[]): Issue[] {
  return errors.map((error) => ({ path: pathOf(error), message: describeMismatch(error) }));
}

/** Dotted path of what a mismatch is about: `gateway.auth.mode`, `agents.list[0]`. */
export function pathOf(error: SchemaError): string {
  const segments = error.instancePath
    .split('/')
    .slice(1)
    .map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'));
  const extra = error.params.additionalProperty ?? error.params.missingProperty;
  if (typeof extra === 'string') segments.push(extra);
  return segments.map((s, i) => (/^\d+$/.test(s) ? `[${s}]` : i === 0 ? s : `.${s}`)).join('');
}

export function isUnknownKey(error: SchemaError): boolean {
  return error.keyword === 'additionalProperties';
}

/** What is wrong, in words that need no knowledge of JSON Schema. */
export function describeMismatch({ keyword, params, message }: SchemaError): string {
  switch (keyword) {
    case 'type':
      return `must be ${article(String(params.type))}`;
    case 'enum':
      return `must be one of ${(params.allowedValues as unknown[]).map((v) => JSON.stringify(v)).join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'additionalProperties':
      return 'is not a known key';
    case 'required':
      return 'is missing';
    case 'pattern':
      return `must match ${params.pattern}`;
    case 'maxLength':
      return `must not be longer than ${params.limit} characters`;
    case 'maxItems':
      return `must not have more than ${params.limit} entries`;
    case 'minLength':
      return 'must not be empty';
    case 'minimum':
    case 'maximum':
      return `must be ${params.comparison === '>=' ? 'at least' : 'at most'} ${params.limit}`;
    default:
      return message ?? `breaks the rule ${keyword}`;
  }
}

const article = (type: string) => `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type === 'integer' ? 'integer' : type}`;
